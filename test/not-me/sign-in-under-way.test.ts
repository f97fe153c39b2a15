// A sign-in that was under way when everything was ended gives nothing that lives, whatever the clocks say.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo, typePassword } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { typeCredentials } from '../support/people.ts';
import { race } from '../support/race.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

/** What happens the next time that a password has just been verified. */
let meanwhile: (() => Promise<void>) | undefined;
const checkpoint = async (name: string): Promise<void> => {
  const work = name === 'password verified' ? meanwhile : undefined;
  meanwhile = undefined;
  await work?.();
};

let plain: TestCivicId;
let withCodes: TestCivicId;
beforeAll(async () => {
  plain = await startCivicId({ checkpoint });
  withCodes = await startCivicId({ checkpoint, newDeviceCodes: true });
});
afterAll(async () => {
  await plain.stop();
  await withCodes.stop();
});
beforeEach(() => forgetSends(withCodes));

const secure = ({ app }: TestCivicId, { id }: Citizen): Promise<void> =>
  app.services.inTransaction(async (tx) => {
    await app.services.sessionEnds.endAllSessions(tx, id);
    await app.services.accounts.voidPassword(tx, id);
    await app.services.devices.forgetAll(tx, id);
  });
const events = async ({ connection }: TestCivicId, { id }: Citizen) =>
  (await nativeCollection(connection, 'journal').find({ accountId: id }).toArray()).map(({ type }) => String(type));
const devicesOf = ({ connection }: TestCivicId, { id }: Citizen) =>
  nativeCollection(connection, 'devices').countDocuments({ accountId: id });

describe('the password was right a moment before it was voided', () => {
  it('and is refused like any wrong one, also when the next second has begun since', async () => {
    const person = await newPerson(plain);
    const agent = createBrowserAgent(plain.issuer);
    const page = await agent.open((await (await newService(plain, { first_party: true })).begin()).url);
    meanwhile = async () => {
      await secure(plain, person);
      await plain.age(1); // whatever is stamped from now on is later than the mark
    };
    const refused = await typeCredentials(agent, page, person);
    expect(refused.status).toBe(422);
    expect(titleOf(refused)).toContain('Sign in');
    expect(await events(plain, person)).toEqual(['sign-in-refused']);
    expect(
      await nativeCollection(plain.connection, 'oidc_session').countDocuments({ 'payload.accountId': person.id }),
    ).toBe(0);
  });

  it('and no code is sent for it on a new device', async () => {
    const person = await newPerson(withCodes);
    meanwhile = () => secure(withCodes, person);
    const { page } = await typePassword(withCodes, person);
    expect(page.status).toBe(422);
    expect(await lastCodeTo(withCodes, String(person.email))).toBe('');
  });

  it('but one that was only renewed meanwhile lets its person in', async () => {
    const person = await newPerson(plain);
    const { accounts, passwords } = plain.app.services;
    meanwhile = async () => {
      const compared = (await accounts.find(person.id))?.passwordVerifier;
      if (compared === undefined) throw new Error('no password');
      await accounts.replaceVerifier(person.id, compared, await passwords.makeVerifier(person.password));
    };
    const agent = createBrowserAgent(plain.issuer);
    const page = await agent.open((await (await newService(plain, { first_party: true })).begin()).url);
    expect((await typeCredentials(agent, page, person)).isElsewhere).toBe(true);
    expect(await events(plain, person)).toEqual(['sign-in']);
  });
});

describe('sign-ins that were admitted', () => {
  it('are all before the mark that ends them, also in the second that an earlier end has stamped on them, and on a clock that is ahead', async () => {
    const person = await newPerson(plain);
    const { accounts, sessionEnds, inTransaction } = plain.app.services;
    const ahead = Math.floor(Date.now() / 1000) + 90;
    const verifier = (await accounts.find(person.id))?.passwordVerifier;
    expect(await accounts.admitSignIn(person.id, verifier, ahead)).toBe(true);
    await inTransaction((tx) => sessionEnds.endAllSessions(tx, person.id));
    const endedAt = Number((await accounts.find(person.id))?.sessionsValidFrom) / 1000;
    expect(endedAt).toBe(ahead + 1);

    await race(20, () => inTransaction((tx) => sessionEnds.endAllSessions(tx, person.id)));
    expect(Number((await accounts.find(person.id))?.sessionsValidFrom) / 1000).toBe(endedAt); // it does not run ahead by itself
    expect(await accounts.admitSignIn(person.id, verifier, endedAt)).toBe(true);
    await inTransaction((tx) => sessionEnds.endAllSessions(tx, person.id));
    expect(Number((await accounts.find(person.id))?.sessionsValidFrom) / 1000).toBe(endedAt + 1);
  });
});

describe('a code that is typed after everything was ended', () => {
  it('signs nobody in and is not asked for any more', async () => {
    const person = await newPerson(withCodes);
    const { agent, page } = await typePassword(withCodes, person);
    const code = await lastCodeTo(withCodes, String(person.email));
    await secure(withCodes, person);
    const answer = await agent.submit(page, { code, remember_browser: 'yes' });
    expect(titleOf(answer)).toContain('Sign in');
    expect(await events(withCodes, person)).toEqual(['code-sent']);
    expect(await devicesOf(withCodes, person)).toBe(0);
  });

  it('in the same moment leaves no remembered browser and no living session, whoever comes first', async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const person = await newPerson(withCodes);
      const { agent, page, service } = await typePassword(withCodes, person);
      const code = await lastCodeTo(withCodes, String(person.email));
      await Promise.all([
        agent.submit(page, { code, remember_browser: 'yes' }),
        new Promise((resolve) => setTimeout(resolve, turn * 2)).then(() => secure(withCodes, person)),
      ]);
      expect(await devicesOf(withCodes, person)).toBe(0);
      expect(titleOf(await agent.open((await service.begin()).url))).toContain('Sign in');
    }
  });
});
