// Somebody who knows the password, or began a moment before, gets past no second factor and keeps nobody from theirs.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { noticesTo } from '../support/contacts.ts';
import { openAccount } from '../support/account.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox, typePassword } from '../support/new-device.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { appCode as appCodeAt, newPersonWithApp, type PersonWithApp } from '../support/second-factor.ts';
import { drawTotpSecret } from '../../src/second-factors/totp.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());

let minutes = 0;
const age = async (more: number): Promise<void> => {
  minutes += more;
  await idp.age(more);
};
/** By the clock of the rules. */
const appCode = (secret: string, seconds = 0): string => appCodeAt(secret, { seconds: minutes * 60 + seconds });

/** A sign-in that has got to the app's code, and five wrong ones. */
const guessCodes = async (person: PersonWithApp) => {
  const stranger = await typePassword(idp, person);
  const wrong = otherThan(otherThan(appCode(person.secret)));
  for (let tries = 0; tries < 5; tries += 1) await stranger.agent.submit(stranger.page, { code: wrong });
  return stranger.agent.submit(stranger.page, { code: wrong });
};

const addApp = async (accountId: string): Promise<void> => {
  const { secondFactors, inTransaction } = idp.app.services;
  await inTransaction((tx) => secondFactors.totp.add(tx, accountId, drawTotpSecret(), 0));
};

describe('a sign-in that waits for the code of a new device', () => {
  it('ends with no session and no remembered browser once the person has a second factor', async () => {
    await forgetSends(idp);
    const person = await newReadyPerson(idp);
    const { agent, page } = await typePassword(idp, person);
    expect(titleOf(page)).toContain('Confirm that it is you');
    await addApp(person.id);

    const after = await agent.submit(page, { code: await lastCodeTo(idp, person.phone), remember_browser: 'yes' });
    expect([after.isElsewhere, titleOf(after).includes('Sign in')]).toEqual([false, true]);
    expect(await nativeCollection(idp.connection, 'devices').countDocuments({ accountId: person.id })).toBe(0);
  });
});

describe('a stranger who knows the password and guesses codes', () => {
  it('keeps the person from nothing in the browser that they had remembered', async () => {
    const { person } = await newPersonWithApp(idp);
    const home = await typePassword(idp, person);
    await home.agent.submit(home.page, { code: appCode(person.secret, -30), remember_browser: 'yes' });
    expect(wordsOf(await guessCodes(person))).toContain('many failed tries');

    await age(6);
    const { page } = await openAccount(idp, person, { path: '/account/factors/app', agent: home.agent });
    const asked = await home.agent.submit(page, { password: person.password });
    expect(titleOf(asked)).toContain('Enter the code from your app');
    const opened = await home.agent.submit(asked, { code: appCode(person.secret) });
    expect(titleOf(opened)).toContain('Codes from an app');
  });

  it('is told to the person on every contact, once a day, with the way to stop it', async () => {
    const { person } = await newPersonWithApp(idp);
    await guessCodes(person);
    await age(2);
    await guessCodes(person);
    for (const to of [person.phone, person.email]) {
      const told = (await noticesTo(idp, to)).filter(({ text }) => text.includes('not-me') && /wrong/.test(text));
      expect(told).toHaveLength(1);
    }
  });
});

describe('codes by SMS that nobody types, SMS-04', () => {
  it('stop after three sign-ins in an hour, and the person is told once; their own session is not held up', async () => {
    await forgetSends(idp);
    const person = await newReadyPerson(idp);
    const { secondFactors, inTransaction } = idp.app.services;
    const home = await openAccount(idp, person);
    const code = { code: await lastCodeTo(idp, person.phone), remember_browser: 'yes' };
    await home.agent.submit(home.page, code);
    await inTransaction((tx) => secondFactors.sms.switchOn(tx, person.id));

    const ask = async () => {
      await age(2);
      const { agent, page } = await typePassword(idp, person);
      return agent.submit(page, { action: 'send' });
    };
    const codes = async () =>
      (await readOutbox(idp)).filter(({ to, purpose }) => to === person.phone && purpose === 'second-factor').length;
    for (let times = 0; times < 3; times += 1) {
      await nativeCollection(idp.connection, 'sms_counts').deleteMany({});
      expect((await ask()).status).toBe(200);
      await age(5);
    }
    for (let times = 0; times < 2; times += 1) expect((await ask()).status).toBe(422);
    expect(await codes()).toBe(3);
    const told = (await noticesTo(idp, person.phone)).filter(({ text }) => text.includes('but not the code'));
    expect(told).toHaveLength(1);

    const { page } = await openAccount(idp, person, { path: '/account/factors/sms', agent: home.agent });
    const asked = await home.agent.submit(page, { password: person.password });
    const sent = await home.agent.submit(asked, { action: 'send' });
    const opened = await home.agent.submit(sent, { code: await lastCodeTo(idp, person.phone) });
    expect([await codes(), titleOf(opened)]).toEqual([4, expect.stringContaining('Codes by SMS')]);
  });
});
