// One identifier is one account, however many ask for it at once; what is stored of a person and what is told of them.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { standardClaims, type Account, type Identifier, type NewAccount } from '../../src/accounts/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const verifier = { hash: '$2b$04$abcdefghijklmnopqrstuu', pepperId: 'p' };
let count = 0;
const newPhone = (): Identifier => ({ kind: 'phone', value: `+7999${String((count += 1)).padStart(7, '0')}` });
const newEmail = (): Identifier => ({ kind: 'email', value: `${randomUUID()}@example.org` });
const newAccount = (identifiers: Identifier[], changes: Partial<NewAccount> = {}): NewAccount => ({
  id: randomUUID(),
  state: 'active',
  level: 'basic',
  profile: { givenName: 'Анна', familyName: 'Ковалёва' },
  identifiers,
  passwordVerifier: verifier,
  ...changes,
});
const countOf = (collection: string, filter: object) =>
  nativeCollection(idp.connection, collection).countDocuments(filter);

describe('one identifier', () => {
  it('is one account, whichever of twenty gets it, and the others leave nothing behind', async () => {
    const { accounts } = idp.app.services;
    const shared = newPhone();
    const wanted = Array.from({ length: 20 }, () => newAccount([newEmail(), shared, newPhone()]));
    const { won, lost } = await race(20, async (index) => {
      const account = wanted[index];
      if (account === undefined) throw new Error('no account');
      return { account, ...(await accounts.add(account)) };
    });

    expect(lost).toEqual([]);
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ added: 1, taken: 19 });
    const winner = won.find(({ outcome }) => outcome === 'added')?.account;
    const ids = { $in: wanted.map(({ id }) => id) };
    expect(await countOf('accounts', { _id: ids })).toBe(1);
    expect(await countOf('identifiers', { accountId: ids })).toBe(3);
    expect(await countOf('identifiers', { accountId: winner?.id })).toBe(3);
    expect((await accounts.findByIdentifier(shared))?.id).toBe(winner?.id);
    for (const { identifiers, id } of wanted.filter((account) => account !== winner)) {
      expect(await accounts.find(id)).toBeUndefined();
      expect(await accounts.findByIdentifier(identifiers[0] ?? shared)).toBeUndefined();
    }
  });

  it('stays with its account when somebody else asks later', async () => {
    const { accounts } = idp.app.services;
    const [shared, other] = [newEmail(), newPhone()];
    const owner = newAccount([shared]);
    expect(await accounts.add(owner)).toEqual({ outcome: 'added' });
    expect(await accounts.add(newAccount([other, shared]))).toEqual({ outcome: 'taken' });
    expect(await accounts.findByIdentifier(other)).toBeUndefined();
    expect((await accounts.findByIdentifier(shared))?.id).toBe(owner.id);
  });

  it('of another kind with the same text is another one', async () => {
    const { accounts } = idp.app.services;
    const value = `x${randomUUID()}`;
    const [one, two] = [newAccount([{ kind: 'phone', value }]), newAccount([{ kind: 'email', value }])];
    await accounts.add(one);
    expect(await accounts.add(two)).toEqual({ outcome: 'added' });
    expect((await accounts.findByIdentifier({ kind: 'email', value }))?.id).toBe(two.id);
  });
});

describe('one account', () => {
  it('is added once under its id', async () => {
    const { accounts } = idp.app.services;
    const id = randomUUID();
    const { won } = await race(20, () => accounts.add(newAccount([newPhone()], { id })));
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ added: 1, taken: 19 });
    expect(await countOf('identifiers', { accountId: id })).toBe(1);
  });

  it('has a number of ten digits to quote, which is nobody else’s', async () => {
    const numbers = await nativeCollection(idp.connection, 'accounts').distinct('accountNumber');
    expect(numbers.length).toBe(await countOf('accounts', {}));
    for (const number of numbers) expect(number).toMatch(/^[12]\d{9}$/);
  });

  it('counts its sessions from a whole second that is not in the future', async () => {
    const { accounts } = idp.app.services;
    const account = newAccount([newPhone()]);
    await accounts.add(account);
    const from = (await accounts.find(account.id))?.sessionsValidFrom.getTime() ?? 0;
    expect(from % 1000).toBe(0);
    expect(from).toBeLessThanOrEqual(Date.now());
    expect(from).toBeGreaterThan(Date.now() - 5000);
  });

  it('comes back as it was added', async () => {
    const { accounts } = idp.app.services;
    const phone = { value: '+79990000000', confirmedAt: new Date(0) };
    const profile = { givenName: 'A', familyName: 'B', birthdate: '1990-01-01', address: { country: 'Россия' } };
    const account = newAccount([newPhone()], { profile, phone, level: 'confirmed', state: 'disabled' });
    await accounts.add(account);
    const { identifiers: _identifiers, ...kept } = account;
    expect(await accounts.find(account.id)).toMatchObject(kept);
  });

  it('is nobody where nobody is', async () => {
    const { accounts } = idp.app.services;
    expect(await accounts.find(randomUUID())).toBeUndefined();
    expect(await accounts.findByIdentifier(newPhone())).toBeUndefined();
  });

  it('changes its verifier only from the one that was compared', async () => {
    const { accounts } = idp.app.services;
    const account = newAccount([newPhone()]);
    await accounts.add(account);
    const [first, second] = [
      { hash: 'first', pepperId: 'p' },
      { hash: 'second', pepperId: 'q' },
    ];
    await accounts.replaceVerifier(account.id, verifier, first);
    await accounts.replaceVerifier(account.id, verifier, second);
    expect((await accounts.find(account.id))?.passwordVerifier).toEqual(first);
  });
});

describe('a SNILS', () => {
  const anna = citizen('anna');
  const writings = [anna.snils ?? '', (anna.snils ?? '').replace(/\D/g, '')];
  const storedInClear = async () => {
    const dump = await dumpDatabase(idp);
    return Object.entries(dump).flatMap(([name, text]) =>
      writings.some((snils) => text.includes(snils)) ? [name] : [],
    );
  };

  it('stands in no collection in clear, although people sign in with it', async () => {
    const agent = createBrowserAgent(idp.issuer);
    const begun = await (await newService(idp)).begin();
    const page = await agent.open(begun.url);
    const refused = await agent.submit(page, { identifier: anna.snils ?? '', password: 'wrong' });
    expect(refused.status).toBe(422);
    expect(await storedInClear()).toEqual([]);
    const consent = await agent.submit(refused, { identifier: anna.snils ?? '', password: anna.password });
    expect(await storedInClear()).toEqual([]);
    await begun.finish((await agent.submit(consent, {})).url);
    expect(await storedInClear()).toEqual([]);
    expect(idp.logLines.join('\n')).not.toContain(writings[1]);
  });

  it('stands in no collection in clear where a service hints at it', async () => {
    const begun = await (await newService(idp)).begin({ login_hint: anna.snils ?? '' });
    await createBrowserAgent(idp.issuer).open(begun.url);
    expect(await storedInClear()).toEqual([]);
  });
});

describe('the claims of an account', () => {
  const account = (changes: Partial<Account>): Account => ({
    id: 'a',
    terms: undefined,
    deleteAt: undefined,
    highRiskHeldUntil: undefined,
    passwordChangedAt: undefined,
    lastSignInAt: undefined,
    recoveredAt: undefined,
    recoveryEpoch: 0,
    accountNumber: '1000000000',
    state: 'active',
    level: 'basic',
    profile: { givenName: 'Анна', familyName: 'Ковалёва' },
    phone: undefined,
    email: undefined,
    passwordVerifier: verifier,
    sessionsValidFrom: new Date(0),
    keptSession: undefined,
    endedSessions: [],
    updatedAt: new Date(1_700_000_000_900),
    ...changes,
  });

  it('leave out what it does not have', () => {
    expect(standardClaims(account({}))).toStrictEqual({
      name: 'Ковалёва Анна',
      given_name: 'Анна',
      family_name: 'Ковалёва',
      updated_at: 1_700_000_000,
    });
  });

  it('hold everything that it has', () => {
    const profile = {
      givenName: 'Анна',
      familyName: 'Ковалёва',
      middleName: 'Сергеевна',
      nickname: 'Аня',
      gender: 'female',
      birthdate: '1988-03-14',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      address: { locality: 'Примерск', country: 'Россия' },
    } as const;
    const phone = { value: '+79000000001', confirmedAt: new Date() };
    const email = { value: 'anna@example.org', confirmedAt: null };
    expect(standardClaims(account({ profile, phone, email }))).toStrictEqual({
      name: 'Ковалёва Анна Сергеевна',
      given_name: 'Анна',
      family_name: 'Ковалёва',
      middle_name: 'Сергеевна',
      nickname: 'Аня',
      gender: 'female',
      birthdate: '1988-03-14',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      updated_at: 1_700_000_000,
      email: 'anna@example.org',
      email_verified: false,
      phone_number: '+79000000001',
      phone_number_verified: true,
      address: { locality: 'Примерск', country: 'Россия' },
    });
  });

  it('leave out of an address what it does not have', () => {
    const profile = { givenName: 'A', familyName: 'B', address: {} };
    expect(standardClaims(account({ profile }))).not.toHaveProperty('address');
  });

  it('are what a service gets: nothing null, nothing empty', async () => {
    for (const person of ['anna', 'maria', 'joao']) {
      const found = await idp.app.services.accounts.find(`sandbox-${person}`);
      if (found === undefined) throw new Error('not seeded');
      expect(Object.values(standardClaims(found)).filter((value) => value === '' || Object(value) === null)).toEqual(
        [],
      );
      expect(JSON.stringify(standardClaims(found))).not.toMatch(/null|undefined|""|\{\}/);
    }
  });
});
