// One press is enough and one alone does it: the others, of the same link or of another one, change nothing more.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { pressNotMe, tellOf, traitsOf } from '../support/not-me.ts';
import { race, tally } from '../support/race.ts';
import { failuresOf } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const noticesTo = async ({ email }: Citizen): Promise<number> =>
  (await readOutbox(idp)).filter(({ to, text }) => to === email && !text.includes('/not-me/')).length;
const giveNewPassword = async ({ id }: Citizen): Promise<void> => {
  const { accounts, passwords } = idp.app.services;
  // As recovery will: there is nothing to replace, so the test writes it behind the product's back.
  await idp.connection
    .getClient()
    .db(idp.connection.name)
    .collection<{ _id: string }>('accounts')
    .updateOne({ _id: id }, { $set: { passwordVerifier: await passwords.makeVerifier('a password set since') } });
  expect((await accounts.find(id))?.passwordVerifier).toBeDefined();
};

describe('twenty presses at once', () => {
  it('of one link: one does it, all read the same', async () => {
    const person = await newPerson(idp);
    const link = await tellOf(idp, person);
    const people = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const agent = createBrowserAgent(idp.issuer);
        return { agent, page: await agent.open(link) };
      }),
    );
    const { won, lost } = await race(20, async (index) => people[index]?.agent.submit(people[index].page, {}));
    expect(lost).toEqual([]);
    expect(tally(won.map((page) => `${page?.status} ${page === undefined ? '' : titleOf(page)}`))).toEqual({
      '200 Your account is secured — Civic ID': 20,
    });
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, events: 1 });
    expect(await noticesTo(person)).toBe(1);
  });

  it('of two links of one person: one does it', async () => {
    const person = await newPerson(idp);
    const links = [await tellOf(idp, person), await tellOf(idp, person, 'level-raised')];
    expect(links[0]).not.toBe(links[1]);
    const { lost } = await race(20, (index) => pressNotMe(idp, links[index % 2] ?? ''));
    // Who came to the page late finds that the link is used, and no form to press.
    for (const error of lost) expect(String(error)).toContain('no form on this page');
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, events: 1 });
    expect(await noticesTo(person)).toBe(1);
  });
});

describe('a second press', () => {
  it('later, of the same page, reads the same and does nothing: a new password stays', async () => {
    const person = await newPerson(idp);
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.open(await tellOf(idp, person));
    await agent.submit(page, {});
    await giveNewPassword(person);
    expect(titleOf(await agent.submit(page, {}))).toContain('Your account is secured');
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: true, events: 1 });
  });

  it('of an older link does nothing; one of a notice that came after it does all of it again', async () => {
    const person = await newPerson(idp);
    const [older, link] = [await tellOf(idp, person, 'level-raised'), await tellOf(idp, person)];
    await pressNotMe(idp, link);
    await giveNewPassword(person);
    expect(titleOf(await createBrowserAgent(idp.issuer).open(older))).toContain('This link no longer works');
    await pressNotMe(idp, await tellOf(idp, person));
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, events: 2 });
  });
});

describe('a report without a link', () => {
  it('does the same, of a line of the history, and spends the links', async () => {
    const person = await newPerson(idp);
    const link = await tellOf(idp, person);
    const { notMe } = idp.app.rules;
    const visit = { requestId: 'ABCDE-FGHJK', network: '127.0.0.0/24', device: 'Chrome, Windows' };
    const reported = { kind: 'pin-right', at: new Date(), requestId: 'TESTS-TESTS' };
    expect(await notMe.report(person.id, reported, visit)).toEqual({ outcome: 'secured' });
    expect(await notMe.report('nobody', reported, visit)).toEqual({ outcome: 'gone' });
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, isHeld: true, events: 1 });
    expect(titleOf(await createBrowserAgent(idp.issuer).open(link))).toContain('This link no longer works');
  });

  it('is one report, one event and one notice, by twenty presses at once', async () => {
    const person = await newPerson(idp);
    const visit = { requestId: 'ABCDE-FGHJK', network: '127.0.0.0/24', device: 'Chrome, Windows' };
    const reported = { kind: 'pin-right', at: new Date(), requestId: 'TESTS-TESTS' };
    const { won } = await race(20, () => idp.app.rules.notMe.report(person.id, reported, visit));
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ secured: 20 });
    expect(await traitsOf(idp, person)).toMatchObject({ hasPassword: false, events: 1 });
    expect(await noticesTo(person)).toBe(1);
  });
});
