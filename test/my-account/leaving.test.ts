// An account that is asked to go: at once as good as gone, a week to think again, then gone for good.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import {
  createBrowserAgent,
  readForm,
  titleOf,
  wordsOf,
  type BrowserAgent,
  type PageView,
} from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { newService } from '../support/new-service.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { signInAndAllow, typeCredentials } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import { failuresOf, newPersonWithPin } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

let movedBy = 0;
const age = async (minutes: number): Promise<void> => {
  movedBy += minutes;
  await idp.age(minutes);
};
const path = '/account/delete';
const day = 24 * 60;
const accountOf = ({ id }: Citizen) => idp.app.services.accounts.find(id);
const digitsOf = async (person: Citizen): Promise<string> => (await accountOf(person))?.accountNumber.slice(-4) ?? '';
const eventsOf = async (accountId: string): Promise<string[]> => {
  const rows = nativeCollection<{ type: string }>(idp.connection, 'journal').find({ accountId, type: /^deletion/ });
  return (await rows.sort({ _id: 1 }).toArray()).map(({ type }) => type);
};
const subjectsTo = async ({ email }: Citizen) =>
  (await readOutbox(idp)).filter(({ to }) => to === email).map(({ subject }) => subject);

const askFor = async (person: Citizen, agent?: BrowserAgent): Promise<{ agent: BrowserAgent; asked: PageView }> => {
  const opened = await openAccount(idp, person, { path, ...(agent === undefined ? {} : { agent }) });
  const asked = await opened.agent.submit(opened.page, { account_digits: await digitsOf(person) });
  return { agent: opened.agent, asked };
};
/** What the right password leads to, in a new browser at a service. */
const signInAgain = async (person: Citizen) => {
  const service = await newService(idp, { first_party: true });
  const agent = createBrowserAgent(idp.issuer);
  const page = await typeCredentials(agent, await agent.open((await service.begin()).url), person);
  return { agent, page };
};

describe('asking for it', () => {
  it('tells what is lost, and asks for the password first where the sign-in is not fresh', async () => {
    const person = await newPerson(idp);
    const { agent, page } = await openAccount(idp, person, { path });
    expect(wordsOf(page)).toContain('What you will lose');
    await age(10);
    expect((await agent.open(path)).url).toContain('/account/proof/delete');
  });

  it.each(['', '12', 'abcd', '１２', '12345', 'я'.repeat(1000), '\u0000', '{"$ne":""}'])(
    'does nothing with other digits: %#',
    async (typed) => {
      const person = await newPerson(idp);
      const { agent, page } = await openAccount(idp, person, { path });
      const answer = await agent.submit(page, { account_digits: typed });
      expect(answer.status).toBe(422);
      expect((await accountOf(person))?.state).toBe('active');
    },
  );

  it('takes no form but its own', async () => {
    const { agent, page } = await openAccount(idp, await newPerson(idp), { path });
    expect((await agent.submit(page, { account_digits: '1', more: 'x' })).status).toBe(400);
    expect((await agent.submit(page, { csrf: 'x' })).status).toBe(403);
    const { hidden } = readForm(page.html);
    expect(
      (await agent.post(path, new URLSearchParams(hidden).toString(), { Origin: 'https://x.example' })).status,
    ).toBe(403);
  });

  it('ends everything at once, is told, and is in the journal', async () => {
    const person = await newPerson(idp);
    const elsewhere = await openAccount(idp, person);
    const { agent, asked } = await askFor(person);
    expect(asked.url).toMatch(/\/account\/delete\/asked$/);
    expect(titleOf(asked)).toContain('Your account will be deleted in 7 days');
    for (const browser of [agent, elsewhere.agent]) expect((await browser.get('/account')).status).toBe(303);
    expect(await eventsOf(person.id)).toEqual(['deletion-asked']);
    expect(await subjectsTo(person)).toContain('Учётную запись Civic ID попросили удалить');
  });

  it('happens once, however often it is pressed at once', async () => {
    const person = await newPerson(idp);
    const { agent, page } = await openAccount(idp, person, { path });
    const { hidden } = readForm(page.html);
    const body = new URLSearchParams({ ...hidden, account_digits: await digitsOf(person) }).toString();
    const pressed = await race(20, () => agent.post(path, body));
    expect(tally(pressed.won.map(({ status }) => status))).toEqual({ 303: 20 });
    expect(await eventsOf(person.id)).toEqual(['deletion-asked']);
  });

  it('beats a sign-in of the same moment: whoever got in is out, and nobody gets further than the question', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const person = await newPerson(idp);
      const { agent, page } = await openAccount(idp, person, { path });
      const other = createBrowserAgent(idp.issuer);
      const service = await newService(idp, { first_party: true });
      const signIn = await other.open((await service.begin()).url);
      const digits = await digitsOf(person);
      await Promise.all([agent.submit(page, { account_digits: digits }), typeCredentials(other, signIn, person)]);
      expect((await accountOf(person))?.state).toBe('leaving');
      expect((await other.get('/account')).status).toBe(303);
    }
  });
});

describe('within the week', () => {
  it('the right password leads to one question, and to no service', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    const { agent, page } = await signInAgain(person);
    expect(titleOf(page)).toContain('Somebody asked to delete this account');
    const cancelled = await agent.submit(page, { action: 'cancel' });
    expect(cancelled.url).toContain('error=access_denied');
    expect((await accountOf(person))?.state).toBe('leaving');
  });

  it('a wrong password is answered as ever', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    const { page } = await signInAgain({ ...person, password: 'some other password' });
    expect(titleOf(page)).toContain('Sign in');
    expect(page.status).toBe(422);
  });

  it('the question is for the browser that gave the password alone', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    const { page } = await signInAgain(person);
    const stranger = createBrowserAgent(idp.issuer);
    const answer = await stranger.get(new URL(page.url).pathname);
    expect(answer.text).not.toContain('Keep the account');
    expect((await accountOf(person))?.state).toBe('leaving');
  });

  it('an hour before the end it can be kept: told, in the journal, and everything is as before after signing in', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    await age(7 * day - 60);
    await idp.app.rules.sweeper.sweep();
    const { agent, page } = await signInAgain(person);
    const kept = await agent.submit(page, {});
    expect(titleOf(kept)).toContain('The account stays');
    expect(await eventsOf(person.id)).toEqual(['deletion-asked', 'deletion-undone']);
    expect(await subjectsTo(person)).toContain('Учётная запись Civic ID остаётся');
    await age(2 * day);
    await idp.app.rules.sweeper.sweep();
    expect(titleOf((await openAccount(idp, person)).page)).toContain('Hello');
  });

  it('it is kept once, however often it is pressed at once', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    const { agent, page } = await signInAgain(person);
    const { action, hidden } = readForm(page.html);
    const body = new URLSearchParams(hidden).toString();
    await race(20, () => agent.post(action, body));
    expect(await eventsOf(person.id)).toEqual(['deletion-asked', 'deletion-undone']);
  });

  it.each([0, 7 * day - 5])('“this was not me” takes it back too, %d minutes later', async (minutes) => {
    const person = await newPerson(idp);
    await askFor(person);
    await age(minutes);
    const [notice] = (await readOutbox(idp)).filter(({ to, text }) => to === person.email && linkIn(text) !== '');
    await pressNotMe(idp, linkIn(notice?.text ?? ''));
    const account = await accountOf(person);
    expect(account?.state).toBe('active');
    expect(account?.deleteAt).toBeUndefined();
    expect(account?.passwordVerifier).toBeUndefined();
    expect(await eventsOf(person.id)).toEqual(['deletion-asked', 'deletion-undone']);
  });
});

/** MongoDB removes what is past its time by itself, though not by the clock of a test. */
const sweepByTime = async (): Promise<void> => {
  const database = idp.connection.getClient().db(idp.connection.name);
  const later = new Date(Date.now() + movedBy * 60_000);
  for (const { name } of await database.listCollections().toArray()) {
    for (const { key, expireAfterSeconds } of await database.collection(name).indexes()) {
      const [field = ''] = Object.keys(key);
      if (expireAfterSeconds !== undefined) await database.collection(name).deleteMany({ [field]: { $lt: later } });
    }
  }
};

describe('after the week', () => {
  it('nothing in the database knows the person any more, their e-mail is free, and they are told', async () => {
    const person = await newPersonWithPin(idp);
    const service = await newService(idp, { grant_types: ['authorization_code', 'refresh_token'] });
    const agent = createBrowserAgent(idp.issuer);
    const request = await service.begin();
    await request.finish((await signInAndAllow(agent, request.url, person)).url);
    const { devices, inTransaction, accounts } = idp.app.services;
    await inTransaction((tx) => devices.remember(tx, person.id, 'Firefox, Linux', devices.draw(undefined)));
    await inTransaction((tx) =>
      accounts.raise(tx, person.id, { level: 'confirmed', documents: { snils: '11223344595', inn: '500100732259' } }),
    );
    await age(30);
    await openAccount(idp, person, { agent });
    const number = (await accountOf(person))?.accountNumber ?? '';
    await askFor(person);

    await age(7 * day + 1);
    await idp.app.rules.sweeper.sweep();
    expect(await accountOf(person)).toBeUndefined();
    expect(await subjectsTo(person)).toContain('Учётная запись Civic ID удалена');
    const { page } = await signInAgain(person);
    expect(page.status).toBe(422);
    expect(titleOf(page)).toContain('Sign in');

    await sweepByTime();
    const texts = Object.entries(await dumpDatabase(idp));
    const traces = [person.id, person.email ?? '', number, '112-233-445 95', '11223344595', '500100732259'];
    expect(
      texts.filter(([, text]) => traces.some((trace) => text.includes(trace))).map(([collection]) => collection),
    ).toEqual([]);

    const again = { ...(await newPerson(idp)), email: person.email };
    const taken = await accounts.add({
      id: `${again.id}-again`,
      state: 'active',
      level: 'basic',
      profile: person.profile,
      email: { value: person.email ?? '', confirmedAt: new Date() },
      identifiers: [{ kind: 'email', value: person.email ?? '' }],
      passwordVerifier: await idp.app.services.passwords.makeVerifier(person.password),
    });
    expect(taken).toEqual({ outcome: 'added' });
  });

  it('the journal still tells what happened, under one name that leads to nobody', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    const rows = nativeCollection<{ accountId: string; type: string; network: string; device: string }>(
      idp.connection,
      'journal',
    );
    const before = await rows.countDocuments({ accountId: person.id });
    await age(7 * day + 1);
    await idp.app.rules.sweeper.sweep();
    expect(await rows.countDocuments({ accountId: person.id })).toBe(0);
    const last = await rows.findOne({ type: 'account-deleted' }, { sort: { _id: -1 } });
    const kept = await rows.find({ accountId: last?.accountId ?? '' }).toArray();
    expect(kept).toHaveLength(before + 1);
    expect(kept.every(({ network, device }) => network === '' && device === 'unknown')).toBe(true);
  });

  it('two looks at once delete once', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    await age(7 * day + 1);
    await race(5, () => idp.app.rules.sweeper.sweep());
    expect((await subjectsTo(person)).filter((subject) => subject?.endsWith('удалена'))).toHaveLength(1);
  });

  it('whoever still stands before the question is too late', async () => {
    const person = await newPerson(idp);
    await askFor(person);
    await age(7 * day - 5);
    const { agent, page } = await signInAgain(person);
    await age(10);
    const answer = await agent.submit(page, {});
    expect(titleOf(answer)).not.toContain('The account stays');
    await idp.app.rules.sweeper.sweep();
    expect(await accountOf(person)).toBeUndefined();
  });
});

it('every collection of the product is in the table of what is held', async () => {
  const database = idp.connection.getClient().db(idp.connection.name);
  const names = (await database.listCollections().toArray()).map(({ name }) => name).sort();
  const listed = idp.app.rules.holdings.map(({ collection }) => collection);
  expect(new Set(listed).size).toBe(listed.length);
  expect(names.filter((name) => !listed.includes(name))).toEqual([]);
  for (const { forget, why } of idp.app.rules.holdings) expect(forget ?? why).toBeDefined();
});
