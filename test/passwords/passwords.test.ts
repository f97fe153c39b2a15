// A password is kept as bcrypt(base64(HMAC-SHA-384(pepper, NFKC(password)))), and every try costs exactly one hash.
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareSync, hashSync } from 'bcrypt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHashing, type Hashing } from '../../src/hashing/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createPasswords, type Passwords, type Pepper } from '../../src/passwords/index.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { makeTestSecrets, startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { newService } from '../support/new-service.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';

const newPepper = (id: string) => ({ id, key: Buffer.from(randomBytes(32)) });
const pepper = newPepper('current');
const older = newPepper('older');

let hashing: Hashing;
let passwords: Passwords;
beforeAll(async () => {
  hashing = createHashing({ queuePerThread: 64 });
  passwords = await createPasswords({ hashing, peppers: [pepper, older], cost: 4, random: randomBytes });
});
afterAll(() => hashing.close());

/** The formula of the standard, by other means than ours. */
const digestOf = ({ key }: Pepper, password: string): string =>
  createHmac('sha384', key)
    .update(Buffer.from(password.normalize('NFKC'), 'utf8'))
    .digest()
    .toString('base64');
const verifierOf = (by: Pepper, password: string, cost = 4) => ({
  hash: hashSync(digestOf(by, password), cost),
  pepperId: by.id,
});

const fox = '\u{1f98a}';
const samples = [
  'plain-ascii-words',
  'пароль на кириллице',
  `${'ы'.repeat(63)}${fox}`,
  fox.repeat(64),
  ' leading and trailing ',
  'with\u0000NUL',
  'x',
  'x'.repeat(10_000),
];

describe('a verifier', () => {
  it.each(samples)('is bcrypt of base64 of HMAC-SHA-384 under the pepper: %j', async (password) => {
    const { hash, pepperId } = await passwords.makeVerifier(password);
    expect(pepperId).toBe('current');
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(digestOf(pepper, password)).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(compareSync(digestOf(pepper, password), hash)).toBe(true);
    expect(await passwords.verify(verifierOf(pepper, password), password)).toEqual({
      outcome: 'right',
      isOutdated: false,
    });
  });

  it('is another one each time', async () => {
    const [one, two] = [await passwords.makeVerifier('same'), await passwords.makeVerifier('same')];
    expect(one.hash).not.toBe(two.hash);
  });

  it('is worth nothing without the pepper', async () => {
    const { hash } = await passwords.makeVerifier('words');
    expect(compareSync('words', hash)).toBe(false);
    expect(compareSync(digestOf(older, 'words'), hash)).toBe(false);
  });
});

describe('the same password', () => {
  it.each([
    ['a composed and a decomposed й', 'зимно\u0439', 'зимно\u0438\u0306'],
    ['a composed and a decomposed ё', '\u0451лка', '\u0435\u0308лка'],
    ['a composed and a decomposed ã', 'jo\u00e3o', 'joa\u0303o'],
    ['full width', 'ＡＢＣ１２３', 'ABC123'],
    ['another blank', 'a\u00a0b', 'a b'],
  ])('is typed on two keyboards: %s', async (_what, one, other) => {
    expect(await passwords.verify(await passwords.makeVerifier(one), other)).toMatchObject({ outcome: 'right' });
    expect(await passwords.verify(await passwords.makeVerifier(other), one)).toMatchObject({ outcome: 'right' });
  });
});

describe('another password', () => {
  const long = `${'ы'.repeat(63)}${fox}`;
  it.each([
    ['its last letter of 64', long, `${'ы'.repeat(63)}я`],
    ['its last emoji of 64', fox.repeat(64), `${fox.repeat(63)}\u{1f98b}`],
    ['a letter more', long, `${long}x`],
    ['a letter less', long, long.slice(0, 63)],
    ['its first letter', long, `Ы${long.slice(1)}`],
    ['what follows a NUL', 'abc\u0000def', 'abc\u0000xyz'],
    ['a NUL at the end', 'abc', 'abc\u0000'],
    ['what stands before a NUL', 'abc\u0000', 'abd\u0000'],
    ['a blank at the end', 'abc', 'abc '],
    ['a blank at the beginning', 'abc', ' abc'],
    ['upper and lower case', 'abc', 'Abc'],
    ['й and и', 'й', 'и'],
    ['nothing', 'abc', ''],
  ])('differs in %s', async (_what, password, typed) => {
    expect(await passwords.verify(await passwords.makeVerifier(password), typed)).toEqual({ outcome: 'wrong' });
    expect(await passwords.verify(await passwords.makeVerifier(typed), password)).toEqual({ outcome: 'wrong' });
  });
});

describe('a try', () => {
  const costs = async (work: () => Promise<unknown>) => {
    const before = hashing.count();
    const result = await work();
    return { result, hashes: hashing.count() - before };
  };
  const wrong = { result: { outcome: 'wrong' }, hashes: 1 };
  const salted = hashSync('x', 4).slice(7);

  it('costs one hash, right or wrong, known or unknown', async () => {
    const verifier = await passwords.makeVerifier('words');
    expect(await costs(() => passwords.verify(verifier, 'words'))).toMatchObject({ hashes: 1 });
    expect(await costs(() => passwords.verify(verifier, 'others'))).toEqual(wrong);
    expect(await costs(() => passwords.verify(undefined, 'words'))).toEqual(wrong);
    expect(await costs(() => passwords.verify(undefined, ''))).toEqual(wrong);
  });

  it.each([
    ['nothing', ''],
    ['a text', 'words'],
    ['a beginning', '$2b$04$'],
    ['a letter less', `$2b$04$${salted.slice(1)}`],
    ['a letter more', `$2b$04$${salted}x`],
    ['a line end', `$2b$04$${salted}\n`],
    ['no cost', `$2b$00$${salted}`],
    ['a cost below what bcrypt knows', `$2b$03$${salted}`],
    ['a cost above what bcrypt knows', `$2b$32$${salted}`],
    ['a cost far above', `$2b$99$${salted}`],
    ['another algorithm', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA'],
  ])('at an account whose hash is damaged is wrong and takes as long as any: %s', async (_what, hash) => {
    const costly = await createPasswords({ hashing, peppers: [pepper], cost: 10, random: randomBytes });
    const begin = performance.now();
    expect(await costs(() => costly.verify({ hash, pepperId: 'current' }, 'words'))).toEqual(wrong);
    expect(performance.now() - begin).toBeGreaterThan(15); // cost 10 takes 60 ms; a hash that bcrypt refuses takes none
  });

  it('at an account whose pepper is gone is wrong and costs one hash', async () => {
    const lost = { ...verifierOf(pepper, 'words'), pepperId: 'lost' };
    expect(await costs(() => passwords.verify(lost, 'words'))).toEqual(wrong);
  });

  it('says when the verifier is of another cost or under an older pepper', async () => {
    const outdated = { outcome: 'right', isOutdated: true };
    expect(await passwords.verify(verifierOf(pepper, 'words', 5), 'words')).toEqual(outdated);
    expect(await passwords.verify(verifierOf(older, 'words'), 'words')).toEqual(outdated);
    expect(await passwords.verify(verifierOf(older, 'words', 5), 'others')).toEqual({ outcome: 'wrong' });
  });

  it('needs a pepper', async () => {
    const none = createPasswords({ hashing, peppers: [], cost: 4, random: randomBytes });
    await expect(none).rejects.toThrow('passwords need a pepper');
  });
});

describe('a sign-in', () => {
  let started: TestCivicId[] = [];
  const start = async (options: TestOptions = {}) => {
    const idp = await startCivicId(options);
    started.push(idp);
    return idp;
  };
  afterEach(async () => {
    await Promise.all(started.map((idp) => idp.stop()));
    started = [];
  });

  const anna = citizen('anna');
  const storedOf = async ({ connection }: TestCivicId) =>
    (await nativeCollection(connection, 'accounts').findOne({ profile: anna.profile }))?.['passwordVerifier'];
  const signIn = async (idp: TestCivicId, password = anna.password) => {
    const begun = await (await newService(idp)).begin();
    return signInAndAllowOrStay(idp, begun.url, password);
  };
  const signInAndAllowOrStay = async (idp: TestCivicId, url: string, password: string) => {
    const agent = createBrowserAgent(idp.issuer);
    if (password !== anna.password) return typeCredentials(agent, await agent.open(url), { ...anna, password });
    return signInAndAllow(agent, url, anna);
  };

  it('renews a verifier of an old cost and pepper, and a refused one does not', async () => {
    const uri = testDatabaseUri();
    const secrets = makeTestSecrets();
    const run = async (
      options: TestOptions & { peppers: (typeof pepper)[] },
      work: (idp: TestCivicId) => Promise<void>,
    ) => {
      const idp = await start({ ...options, uri, secrets: { ...secrets, passwordPeppers: options.peppers } });
      await work(idp);
      started = [];
      await idp.stop();
    };
    await run({ bcryptCost: 4, peppers: [older] }, async (idp) => {
      expect(await storedOf(idp)).toMatchObject({ pepperId: 'older', hash: expect.stringMatching(/^\$2b\$04\$/) });
    });
    await run({ bcryptCost: 5, peppers: [pepper, older] }, async (idp) => {
      const before = await storedOf(idp);
      expect((await signIn(idp, 'wrong')).status).toBe(422);
      expect(await storedOf(idp)).toEqual(before);
      expect((await signIn(idp)).isElsewhere).toBe(true);
      expect(await storedOf(idp)).toMatchObject({ pepperId: 'current', hash: expect.stringMatching(/^\$2b\$05\$/) });
      const renewed = await storedOf(idp);
      expect((await signIn(idp)).isElsewhere).toBe(true);
      expect(await storedOf(idp)).toEqual(renewed);
    });
    await run({ bcryptCost: 5, peppers: [pepper] }, async (idp) => {
      expect((await signIn(idp)).isElsewhere).toBe(true);
    });
    await dropDatabase(uri);
  });

  it('when the queue is full is answered 503 with a page that says to try again, and is not counted', async () => {
    const idp = await start({ limits: { hashing: { queuePerThread: 2 } } });
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.open((await (await newService(idp)).begin()).url);
    while (!idp.app.services.hashing.isFull()) void idp.app.services.hashing.hash('x', 12).catch(() => undefined);

    const busy = await typeCredentials(agent, page, anna);
    expect(busy.status).toBe(503);
    expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
    expect(busy.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(titleOf(busy)).not.toBe('');
    expect(wordsOf(busy)).toMatch(/moment|again/i);
    const counted = await nativeCollection(idp.connection, 'attempts')
      .find({ tries: { $gt: 0 } })
      .toArray();
    expect(counted).toEqual([]);

    while (idp.app.services.hashing.isFull()) await sleep(20);
    expect((await typeCredentials(agent, page, anna)).status).toBe(200);
  });

  it('costs one hash, whoever it is', async () => {
    const idp = await start();
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.open((await (await newService(idp)).begin()).url);
    const { hashing: used } = idp.app.services;
    const viktor = citizen('viktor');
    for (const [identifier, password] of [
      [anna.phone, 'wrong'],
      [anna.snils, 'wrong'],
      ['nobody@example.org', 'wrong'],
      ['no identifier at all', 'wrong'],
      [viktor.phone, viktor.password],
      [viktor.phone, 'wrong'],
      [anna.phone, anna.password],
    ] as const) {
      const before = used.count();
      const after = await agent.submit(page, { identifier: identifier ?? '', password });
      expect([identifier, password, after.status, used.count() - before]).toEqual([
        identifier,
        password,
        password === anna.password ? 200 : 422,
        1,
      ]);
    }
  });

  it('in a burst of 64 leaves health and discovery quick', async () => {
    const idp = await start({ bcryptCost: 9 });
    const service = await newService(idp);
    const people = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const agent = createBrowserAgent(idp.issuer);
        return { agent, page: await agent.open((await service.begin()).url), identifier: `burst-${index}@example.org` };
      }),
    );
    const state = { isOver: false };
    const burst = Promise.all(
      people.map(({ agent, page, identifier }) => agent.submit(page, { identifier, password: 'wrong' })),
    ).finally(() => (state.isOver = true));

    const took: number[] = [];
    while (!state.isOver) {
      for (const path of ['/health/live', '/.well-known/openid-configuration']) {
        const begin = performance.now();
        expect((await fetch(new URL(path, idp.issuer))).status).toBe(200);
        took.push(performance.now() - begin);
      }
      await sleep(20);
    }
    const statuses = (await burst).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 422 && status !== 503)).toEqual([]);
    expect(statuses).toContain(422);
    expect(took.length).toBeGreaterThan(10);
    // All but the slowest tenth: this machine is not ours alone.
    expect(took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.9)]).toBeLessThan(1000);
  }, 60_000);
});
