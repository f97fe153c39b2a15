// What is kept of a person's documents: sealed where it stands, compared without being opened, one person's alone.
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  innCheckDigits,
  snilsCheckDigits,
  type Documents,
  type NewAccount,
  type Passport,
} from '../../src/accounts/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { citizens } from '../../src/sandbox/citizens.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow } from '../support/people.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const newNumber = (digits: number): string => String(randomInt(10 ** (digits - 1), 10 ** digits));
const newSnils = (): string => {
  const number = newNumber(9);
  return number + snilsCheckDigits(number);
};
const newInn = (): string => {
  const number = newNumber(10);
  return number + innCheckDigits(number);
};
const newPassport = (): Passport => ({ series: newNumber(4), number: newNumber(6), issueDate: '2010-05-06' });
const newDocuments = () => ({
  snils: newSnils(),
  inn: newInn(),
  passport: newPassport(),
  foreign: `AB-${newNumber(7)}`,
});

const accounts = () => idp.app.services.accounts;
const addPerson = async (changes: Partial<NewAccount> = {}): Promise<string> => {
  const id = randomUUID();
  const account: NewAccount = {
    id,
    state: 'active',
    level: 'basic',
    profile: { givenName: 'Роза', familyName: 'Ветрова' },
    identifiers: [{ kind: 'email', value: `${id}@example.org` }],
    passwordVerifier: { hash: '$2b$04$abcdefghijklmnopqrstuu', pepperId: 'p' },
    ...changes,
  };
  expect(await accounts().add(account)).toEqual({ outcome: 'added' });
  return id;
};
const raise = (id: string, documents: Documents, level: NewAccount['level'] = 'standard') =>
  idp.app.services.inTransaction((tx) => accounts().raise(tx, id, { level, documents }));
const identifiersOf = (accountId: string) =>
  nativeCollection<{ _id: string }>(idp.connection, 'identifiers').find({ accountId }).toArray();
interface RawAccount {
  _id: string;
  level: string;
  documents: Record<string, string>;
  documentHashes: Record<string, string>;
}
const rawAccounts = () => nativeCollection<RawAccount>(idp.connection, 'accounts');
const rawAccount = async (id: string): Promise<RawAccount> => {
  const found = await rawAccounts().findOne({ _id: id });
  if (found === null) throw new Error('no account');
  return found;
};

describe('documents on file', () => {
  it('come back as they were given, whether at the beginning or later', async () => {
    const [early, late] = [newDocuments(), newDocuments()];
    const first = await addPerson({ documents: early });
    const second = await addPerson();
    expect(await raise(second, late)).toMatchObject({ outcome: 'raised' });
    expect(await accounts().readDocuments(first)).toEqual(early);
    expect(await accounts().readDocuments(second)).toEqual(late);
  });

  it('are opened only as far as they are asked for', async () => {
    const documents = newDocuments();
    const id = await addPerson({ documents });
    expect(await accounts().readDocuments(id, ['inn'])).toEqual({ inn: documents.inn });
    expect(await accounts().readDocuments(id, [])).toEqual({});
  });

  it('are none where there are none, and nobody’s where there is nobody', async () => {
    expect(await accounts().readDocuments(await addPerson())).toEqual({});
    expect(await accounts().readDocuments(randomUUID())).toEqual({});
  });

  it('are no part of an account that is passed around', async () => {
    const documents = newDocuments();
    const id = await addPerson({ documents });
    const found = [
      await accounts().find(id),
      await accounts().findByIdentifier({ kind: 'snils', value: documents.snils }),
    ];
    for (const account of found) {
      expect(account?.id).toBe(id);
      expect(JSON.stringify(account)).not.toMatch(/documents|documentHashes/);
    }
  });

  it('sealed for one account or field open for no other', async () => {
    const [one, other] = [
      await addPerson({ documents: newDocuments() }),
      await addPerson({ documents: newDocuments() }),
    ];
    const { inn } = (await rawAccount(one)).documents;
    await rawAccounts().updateOne({ _id: other }, { $set: { 'documents.inn': inn } });
    await expect(accounts().readDocuments(other, ['inn'])).rejects.toThrow();
    await rawAccounts().updateOne({ _id: one }, { $set: { 'documents.snils': inn } });
    await expect(accounts().readDocuments(one, ['snils'])).rejects.toThrow();
    expect(await accounts().readDocuments(one, ['passport'])).toHaveProperty('passport');
  });
});

describe('a typed number', () => {
  it('is compared with the one on file, in any writing', async () => {
    const { passport, snils, inn, foreign } = newDocuments();
    const id = await addPerson({ documents: { passport, snils, inn, foreign } });
    const { series, number } = passport;
    const matches = (type: 'passport' | 'snils' | 'inn' | 'foreign', value: string) =>
      accounts().matchesDocument(id, { type, value });
    expect(await matches('passport', `${series.slice(0, 2)} ${series.slice(2)} № ${number}`)).toBe(true);
    expect(await matches('snils', snils.replace(/(...)(...)(...)/, '$1-$2-$3 '))).toBe(true);
    expect(await matches('inn', ` ${inn}`)).toBe(true);
    expect(await matches('foreign', foreign.replace('-', ' ').toLowerCase())).toBe(true);
    expect(await matches('inn', newInn())).toBe(false);
    expect(await matches('inn', snils)).toBe(false);
    expect(await matches('passport', '')).toBe(false);
    expect(await matches('foreign', inn)).toBe(false);
  });

  it('is nobody else’s', async () => {
    const documents = newDocuments();
    await addPerson({ documents });
    const typed = { type: 'inn', value: documents.inn } as const;
    expect(await accounts().matchesDocument(await addPerson({ documents: newDocuments() }), typed)).toBe(false);
    expect(await accounts().matchesDocument(await addPerson(), typed)).toBe(false);
    expect(await accounts().matchesDocument(randomUUID(), typed)).toBe(false);
  });
});

describe('an INN of two accounts', () => {
  it('is allowed and does not look equal in the database', async () => {
    const inn = newInn();
    const ids = [await addPerson({ documents: { inn } }), await addPerson({ documents: { inn } })];
    const stored = (await Promise.all(ids.map(rawAccount))).flatMap((account) => [
      account.documents['inn'],
      account.documentHashes['inn'],
    ]);
    expect(new Set(stored).size).toBe(4);
    for (const id of ids) expect(await accounts().matchesDocument(id, { type: 'inn', value: inn })).toBe(true);
  });
});

describe('raising an account', () => {
  it('sets level, documents and parts of the profile, and lets people sign in with their SNILS', async () => {
    const id = await addPerson();
    const { snils } = newDocuments();
    const before = await accounts().find(id);
    const raised = await idp.app.services.inTransaction((tx) =>
      accounts().raise(tx, id, { level: 'confirmed', documents: { snils }, profile: { birthdate: '1990-01-01' } }),
    );
    expect(raised).toMatchObject({ outcome: 'raised' });
    const after = await accounts().findByIdentifier({ kind: 'snils', value: snils });
    expect(after).toMatchObject({ id, level: 'confirmed', profile: { givenName: 'Роза', birthdate: '1990-01-01' } });
    expect(after?.updatedAt.getTime()).toBeGreaterThanOrEqual(before?.updatedAt.getTime() ?? Infinity);
  });

  it('never lowers a level', async () => {
    const id = await addPerson({ level: 'confirmed' });
    await raise(id, {}, 'standard');
    expect((await accounts().find(id))?.level).toBe('confirmed');
  });

  it('keeps what is not given anew, and frees the passport that a new one replaces', async () => {
    const documents = newDocuments();
    const id = await addPerson({ documents });
    const passport = newPassport();
    expect(await raise(id, { passport })).toMatchObject({ outcome: 'raised' });
    expect(await raise(id, { passport })).toMatchObject({ outcome: 'raised' });
    expect(await accounts().readDocuments(id)).toEqual({ ...documents, passport });
    expect(await identifiersOf(id)).toHaveLength(3); // e-mail, SNILS, passport
    const { series, number } = documents.passport;
    expect(await accounts().matchesDocument(id, { type: 'passport', value: series + number })).toBe(false);
    expect(await raise(await addPerson(), { passport: documents.passport })).toMatchObject({ outcome: 'raised' });
  });

  it.each(['snils', 'passport'] as const)(
    'is refused where the %s is somebody else’s, and writes nothing',
    async (type) => {
      const documents = newDocuments();
      await addPerson({ documents });
      const id = await addPerson();
      const before = await rawAccount(id);
      expect(await raise(id, { ...newDocuments(), [type]: documents[type] })).toEqual({ outcome: 'taken' });
      expect(await rawAccount(id)).toEqual(before);
      expect(await identifiersOf(id)).toHaveLength(1);
    },
  );

  it('lets the caller go on in its transaction after a refusal', async () => {
    const documents = newDocuments();
    await addPerson({ documents });
    const id = await addPerson();
    const outcome = await idp.app.services.inTransaction(async (tx) => {
      const raised = await accounts().raise(tx, id, { level: 'standard', documents });
      await accounts().markSessionEnded(tx, id, 'session-of-a-refused');
      return raised;
    });
    expect(outcome).toEqual({ outcome: 'taken' });
    expect(await accounts().hasEndedSession(id, 'session-of-a-refused')).toBe(true);
  });

  it('is a surprise where there is no account', async () => {
    await expect(raise(randomUUID(), newDocuments())).rejects.toThrow('no account to raise');
  });

  it('gives one passport to one of twenty who ask at once, and leaves nothing half-written', async () => {
    const passport = newPassport();
    const ids = await Promise.all(Array.from({ length: 20 }, () => addPerson()));
    const { won, lost } = await race(20, async (index) => {
      const id = ids[index] ?? '';
      return { id, ...(await raise(id, { ...newDocuments(), passport })) };
    });

    expect(lost).toEqual([]);
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ raised: 1, taken: 19 });
    for (const { id, outcome } of won) {
      const account = await rawAccount(id);
      const isRaised = outcome === 'raised';
      expect([account.level, Object.keys(account.documents).length]).toEqual(isRaised ? ['standard', 4] : ['basic', 0]);
      expect(Object.keys(account.documentHashes)).toHaveLength(isRaised ? 4 : 0);
      expect(await identifiersOf(id)).toHaveLength(isRaised ? 3 : 1);
    }
  });

  it('gives one passport to one of twenty new accounts', async () => {
    const passport = newPassport();
    const { won, lost } = await race(20, () => {
      const id = randomUUID();
      const identifiers = [{ kind: 'email', value: `${id}@example.org` } as const];
      const profile = { givenName: 'A', familyName: 'B' };
      const passwordVerifier = { hash: 'h', pepperId: 'p' };
      const account = { id, state: 'active', level: 'basic', profile, identifiers, passwordVerifier } as const;
      return accounts().add({ ...account, identifiers, documents: { ...newDocuments(), passport } });
    });
    expect(lost).toEqual([]);
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ added: 1, taken: 19 });
  });
});

describe('a number in clear', () => {
  /** As it may be written or encoded. */
  const writingsOf = (number: string, formatted: string): string[] => {
    const whole = [number, formatted, `${number.slice(0, 4)} ${number.slice(4)}`];
    const encoded = whole.flatMap((text) =>
      (['base64', 'base64url', 'hex'] as const).map((encoding) =>
        Buffer.from(text).toString(encoding).replace(/=+$/, ''),
      ),
    );
    return [...whole, ...encoded];
  };
  const numbersOf = ({ snils, inn, passport }: (typeof citizens)[number]): string[] => [
    ...(snils === null ? [] : writingsOf(snils.replace(/\D/g, ''), snils)),
    ...(inn === null ? [] : writingsOf(inn, inn)),
    ...(passport === null ? [] : writingsOf(passport.series + passport.number, JSON.stringify(passport).slice(1, -1))),
    ...(passport === null ? [] : [`"${passport.number}"`, `"${passport.series}"`]),
  ];

  it('stands in no collection and no log line, after people were seeded, signed in and gave them to a service', async () => {
    const scope = 'openid profile email phone snils inn documents assurance';
    const service = await newService(idp);
    for (const name of ['anna', 'ivan']) {
      const agent = createBrowserAgent(idp.issuer);
      const person = citizen(name);
      const claims = JSON.stringify({ id_token: { documents: null, snils: null, inn: null } });
      const request = await service.begin({ scope, claims, login_hint: person.snils ?? '' });
      await request.finish((await signInAndAllow(agent, request.url, person)).url);
    }

    const numbers = citizens.flatMap(numbersOf);
    expect(numbers.length).toBeGreaterThan(100);
    const texts = [...Object.entries(await dumpDatabase(idp)), ['log', idp.logLines.join('\n')] as const];
    const found = texts.flatMap(([name, text]) =>
      numbers.filter((number) => text.includes(number)).map((number) => `${number} in ${name}`),
    );
    expect(found).toEqual([]);
    expect((await dumpDatabase(idp))['accounts']).toContain('documentHashes');
  });
});
