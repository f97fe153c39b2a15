// Many at once, on two instances, and a process that dies between two writes: one contact is one person's, and every account has one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort, startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import {
  contactOf,
  eventsOf,
  give,
  newEmail,
  newPhone,
  noticesTo,
  openContacts,
  prove,
  removeContact,
} from '../support/contacts.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../support/new-device.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { citizen } from '../support/people.ts';
import { newReadyPerson, pathOf, type ReadyPerson } from '../support/pin-setting.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { failuresOf, postForm } from '../support/step-up.ts';

describe('two people and one phone, on two instances', () => {
  let two: Two;
  beforeAll(async () => {
    two = await startTwo();
  });
  afterEach(() => expect(two.failures()).toEqual([]));
  afterAll(() => two.stop());

  it('one wins, the other is told in words, and nobody has two or none', async () => {
    const idp = two.instances[0];
    const value = newPhone();
    const ready: { person: ReadyPerson; agent: BrowserAgent; page: PageView; code: string }[] = [];
    for (const origin of two.origins) {
      const person = await newReadyPerson(idp);
      const agent = two.newBrowser({ origin });
      await openAccount({ issuer: two.issuer }, person, { path: '/account/contacts', agent });
      const page = await give({ agent }, 'phone', value);
      ready.push({ person, agent, page, code: await lastCodeTo(idp, value) });
      await forgetSends(idp);
    }
    const { won, lost } = await race(2, async (index) => {
      const visit = ready[index];
      if (visit === undefined) throw new Error('nobody');
      return visit.agent.submit(visit.page, { code: visit.code });
    });
    expect(lost).toEqual([]);
    const words = won.map(wordsOf);
    expect(words.filter((text) => text.includes('The phone is changed'))).toHaveLength(1);
    expect(words.filter((text) => text.includes('it was confirmed for another account'))).toHaveLength(1);
    const phones = await Promise.all(ready.map(async ({ person }) => (await contactOf(idp, person, 'phone'))?.value));
    expect(phones.filter((phone) => phone === value)).toHaveLength(1);
    const events = await Promise.all(ready.map(({ person }) => eventsOf(idp, person)));
    expect(events.flat()).toEqual(['contact-changed']);
    const told = (await readOutbox(idp)).filter(
      ({ to, purpose, code }) => to === value && purpose === 'contact' && code === null,
    );
    expect(told).toHaveLength(1);
  });

  it('a contact that is confirmed twenty times at once is confirmed once', async () => {
    const idp = two.instances[0];
    const person = await newReadyPerson(idp);
    const agent = two.newBrowser();
    await openAccount({ issuer: two.issuer }, person, { path: '/account/contacts', agent });
    const value = newEmail();
    const page = await give({ agent }, 'email', value);
    const code = await lastCodeTo(idp, value);
    const { won, lost } = await race(20, () => postForm(agent, page, { code }));
    expect(lost).toEqual([]);
    expect(won.some(({ status }) => status === 303)).toBe(true);
    expect(await eventsOf(idp, person)).toEqual(['contact-changed']);
    expect(await noticesTo(idp, value)).toHaveLength(1);
  });

  it('phone and e-mail that are removed at once leave one of them', async () => {
    const idp = two.instances[0];
    for (let turn = 0; turn < 3; turn += 1) {
      const person = await newReadyPerson(idp);
      const agent = two.newBrowser();
      await openAccount({ issuer: two.issuer }, person, { path: '/account/contacts', agent });
      const pages = [
        await agent.open('/account/contacts/phone/remove'),
        await agent.open('/account/contacts/email/remove'),
      ] as const;
      const { lost } = await race(2, (index) => agent.submit(index === 0 ? pages[0] : pages[1], {}));
      expect(lost).toEqual([]);
      const left = [await contactOf(idp, person, 'phone'), await contactOf(idp, person, 'email')];
      expect(left.filter((contact) => contact !== undefined)).toHaveLength(1);
      expect(await eventsOf(idp, person)).toEqual(['contact-removed']);
    }
  });
});

describe('“this was not me” at the same moment', () => {
  let idp: TestCivicId;
  let meet: NonNullable<TestOptions['checkpoint']> = async () => undefined;
  beforeAll(async () => {
    idp = await startCivicId({ checkpoint: (name) => meet(name) });
  });
  afterEach(() => expect(failuresOf(idp)).toEqual([]));
  afterAll(() => idp.stop());

  it('wins over a change: an ended session changes no contact, and what it changed before is back', async () => {
    const visit = await openContacts(idp);
    await prove(idp, visit, 'email', newEmail());
    const link = linkIn((await noticesTo(idp, visit.person.email))[0]?.text ?? '');
    const value = newPhone();
    const page = await give(visit, 'phone', value);
    meet = async (name) => {
      if (name !== 'contact proved') return;
      meet = async () => undefined;
      expect(titleOf(await pressNotMe(idp, link))).toContain('secured');
    };
    const after = await visit.agent.submit(page, { code: await lastCodeTo(idp, value) });
    expect(titleOf(after)).toContain('Sign in');
    expect(await contactOf(idp, visit.person, 'phone')).toMatchObject({ value: visit.person.phone });
    expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
  });

  it('in a race with it leaves the old contact, whoever is first', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await forgetSends(idp);
      const visit = await openContacts(idp);
      await removeContact(visit, 'phone');
      const link = linkIn((await noticesTo(idp, visit.person.phone))[0]?.text ?? '');
      const page = await give(visit, 'email', newEmail());
      const { to } = (await readOutbox(idp)).find(({ purpose }) => purpose === 'contact') ?? { to: '' };
      const code = await lastCodeTo(idp, to);
      const { lost } = await race(2, (index) =>
        index === 0 ? pressNotMe(idp, link) : visit.agent.submit(page, { code }),
      );
      expect(lost).toEqual([]);
      expect(await contactOf(idp, visit.person, 'email')).toMatchObject({ value: visit.person.email });
      expect(await contactOf(idp, visit.person, 'phone')).toMatchObject({ value: visit.person.phone });
    }
  });
});

describe('a process that is killed', () => {
  const uri = testDatabaseUri();
  const anna = citizen('anna');
  let secretsDir: string;
  let connection: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-contacts-'));
    connection = await connect(uri);
  });
  afterAll(async () => {
    await connection.close();
    await dropDatabase(uri);
    await rm(secretsDir, { recursive: true, force: true });
  });
  const emailOf = async (): Promise<string | undefined> =>
    (
      await nativeCollection<{ _id: string; email?: { value: string } }>(connection, 'accounts').findOne({
        _id: anna.id,
      })
    )?.email?.value;

  it.each(['contact proved', 'contact written'])(
    'at “%s” leaves the old contact, told to nobody, and the change works when it is tried again',
    async (crashAt) => {
      const port = await freePort();
      const issuer = new URL(`http://localhost:${port}`);
      const agent = createBrowserAgent(issuer);
      const codeTo = async (to: string): Promise<string> => {
        const outbox = await createBrowserAgent(issuer).get('/sandbox/outbox', { Accept: 'application/json' });
        const codes: { to: string; code: string | null }[] = outbox.body;
        return codes.find((entry) => entry.to === to && entry.code !== null)?.code ?? '';
      };
      const before = await emailOf();
      const events = () => nativeCollection(connection, 'journal').countDocuments({ type: 'contact-changed' });
      const told = await events();

      const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
      await openAccount({ issuer }, anna, { path: '/account/contacts', agent });
      const value = newEmail();
      const page = await give({ agent }, 'email', value);
      const code = await codeTo(value);
      await expect(agent.submit(page, { code })).rejects.toThrow(/hang up|ECONNRESET/);
      expect(await first.ended).toBe('SIGKILL');
      if (crashAt === 'contact written') await endOrphanedTransaction(connection);
      expect((await emailOf()) ?? anna.email).toBe(before ?? anna.email);
      expect(await events()).toBe(told);

      const second = await startCivicIdProcess({ uri, port, secretsDir });
      await nativeCollection(connection, 'code_sends').deleteMany({});
      const again = await give({ agent }, 'email', value);
      const done = await agent.submit(again, { code: await codeTo(value) });
      expect(pathOf(done)).toBe('/account/contacts');
      expect(await emailOf()).toBe(value);
      await second.stop();
    },
    60_000,
  );
});
