// Each time of a recovery, a minute before it ends and a minute after.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { noticesTo } from '../support/contacts.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { newOwner, noDocument, recoveredPassword, recoverUpTo, setPassword, snilsOf } from '../support/recovery.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
beforeEach(() => forgetSends(idp));
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const hours = 60;
const linkTo = async (to: string, purpose: string): Promise<string> =>
  linkIn((await readOutbox(idp)).find((entry) => entry.to === to && entry.purpose === purpose)?.text ?? '');
const isWorking = async (person: Parameters<typeof openAccount>[1], password: string): Promise<boolean> =>
  titleOf((await openAccount(idp, { ...person, password })).page).includes('Hello');

describe('a code', () => {
  it.each([
    [9 + 59 / 60, 'New password'],
    [10 + 1 / 60, 'Error: Enter the code'],
  ])('after %d minutes', async (minutes, title) => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    const code = await lastCodeTo(idp, person.phone);
    await idp.age(minutes - 2 / 60); // the test itself takes a moment
    if (title.startsWith('Error')) await idp.age(2 / 60);
    expect(titleOf(await agent.submit(page, { code }))).toContain(title);
  });
});

describe('ATT-R15 a phone that nobody has used', () => {
  const yearAt = async (days: number, contactOf: (person: { phone: string; email: string }) => string) => {
    const lately = await startCivicId();
    const person = await newOwner(lately);
    await lately.age(days * 24 * hours);
    const { page } = await recoverUpTo(lately, person, 'password', { contact: contactOf(person) });
    await lately.stop();
    return titleOf(page);
  };

  it('for 364 days gives access back with a document', async () => {
    expect(await yearAt(364, ({ phone }) => phone)).toContain('New password');
  });

  it('for 366 days waits for a day, whatever the document: it may be somebody else’s', async () => {
    expect(await yearAt(366, ({ phone }) => phone)).toContain('A new password in 24 hours');
  });

  it('for 366 days keeps nobody from the way by e-mail', async () => {
    expect(await yearAt(366, ({ email }) => email)).toContain('New password');
  });
});

describe('the page for the new password', () => {
  it('is open for 29 minutes', async () => {
    const { agent, page } = await recoverUpTo(idp, await newOwner(idp), 'password');
    await idp.age(29);
    expect(titleOf(await setPassword(agent, page))).toContain('The new password works');
  });

  it('is over after 31, says so and sets nothing', async () => {
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'password');
    await idp.age(31);
    expect(titleOf(await setPassword(agent, page))).toContain('Too much time has gone by');
    expect([await isWorking(person, person.password), await isWorking(person, recoveredPassword)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('who has given an answer', () => {
  it('finds it there for an hour', async () => {
    const { agent } = await recoverUpTo(idp, await newOwner(idp), 'document');
    await idp.age(59);
    expect(titleOf(await agent.open('/recovery/document'))).toContain('Document');
    await idp.age(2);
    expect(titleOf(await agent.open('/recovery/document'))).toContain('Too much time has gone by');
  });
});

describe('whoever has neither a document nor a second contact', () => {
  const wait = async () => {
    const person = await newPerson(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'password', { document: noDocument });
    expect(titleOf(page)).toContain('A new password in 24 hours');
    return { person, agent };
  };

  it('waits at 23:59, and does not at 24:01', async () => {
    const { person, agent } = await wait();
    await idp.age(24 * hours - 1);
    expect(titleOf(await agent.open('/recovery/password'))).toContain('A new password in 24 hours');
    expect(await isWorking(person, person.password)).toBe(true);
    await idp.age(2);
    const page = await agent.open('/recovery/wait');
    expect(titleOf(page)).toContain('New password');
    expect(titleOf(await setPassword(agent, page))).toContain('The new password works');
    expect(await isWorking(person, recoveredPassword)).toBe(true);
  });

  it('has two days then, and no more', async () => {
    const [one, other] = [await wait(), await wait()];
    await idp.age(72 * hours - 1);
    expect(titleOf(await setPassword(one.agent, await one.agent.open('/recovery/password')))).toContain(
      'The new password works',
    );
    await idp.age(2);
    expect(titleOf(await other.agent.open('/recovery/password'))).toContain('Too much time has gone by');
  });

  it.each(['recovery', 'notice'])('is stopped by the link of the message of kind %s', async (purpose) => {
    const { person, agent } = await wait();
    const link = await linkTo(String(person.email), purpose);
    await idp.age(24 * hours + 1);
    expect(titleOf(await pressNotMe(idp, link))).toContain('No new password will be set');
    expect(titleOf(await agent.open('/recovery/password'))).toContain('Your access has not been given back');
    expect(await isWorking(person, person.password)).toBe(true);
  });

  it('is stopped by the link between the page and the button', async () => {
    const { person, agent } = await wait();
    await idp.age(24 * hours + 1);
    const page = await agent.open('/recovery/password');
    await pressNotMe(idp, await linkTo(String(person.email), 'notice'));
    expect(titleOf(await setPassword(agent, page))).toContain('Your access has not been given back');
    expect(await isWorking(person, recoveredPassword)).toBe(false);
  });
});

describe('“this was not me” after the new password', () => {
  it('voids it at 71:59', async () => {
    const person = await newOwner(idp);
    await recoverUpTo(idp, person, 'done');
    const [told] = await noticesTo(idp, person.email);
    await idp.age(72 * hours - 1);
    expect(titleOf(await pressNotMe(idp, linkIn(told?.text ?? '')))).toContain('secured');
    expect(await isWorking(person, recoveredPassword)).toBe(false);
  });

  it('does nothing at 72:01', async () => {
    const person = await newOwner(idp);
    const { agent } = await recoverUpTo(idp, person, 'done');
    const [told] = await noticesTo(idp, person.email);
    await idp.age(72 * hours + 1);
    expect(wordsOf(await agent.open(linkIn(told?.text ?? '')))).toContain('no longer works');
    expect(await isWorking(person, recoveredPassword)).toBe(true);
  });

  it('works from either contact, and once', async () => {
    const person = await newOwner(idp);
    await recoverUpTo(idp, person, 'done', { document: snilsOf(person) });
    const links = [(await noticesTo(idp, person.email))[0], (await noticesTo(idp, person.phone))[0]];
    for (const told of links) expect(linkIn(told?.text ?? '')).not.toBe('');
    await pressNotMe(idp, linkIn(links[1]?.text ?? ''));
    expect(await isWorking(person, recoveredPassword)).toBe(false);
  });
});
