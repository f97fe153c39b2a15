// PIN-01, PIN-02, PIN-03: what is stored of a PIN is worth nothing without a key that is not in the database, and only to its own account.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, compareSync } from 'bcrypt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSecrets, readSecrets, type Secrets } from '../../config/index.ts';
import { makeTestSecrets, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { newPersonWithPin, pinRowOf, pinRows, rightPin } from '../support/step-up.ts';

const uri = testDatabaseUri();
const secrets = makeTestSecrets();
let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ uri, secrets });
});
afterAll(async () => {
  await idp.stop();
  await dropDatabase(uri);
});

const keyOf = ({ pinKeys }: Secrets): Buffer => pinKeys[0]?.key ?? Buffer.alloc(0);
/** PIN-01, written down once more from the requirement and not from our code. */
const textOf = (key: Buffer, accountId: string, pin: string): string =>
  createHmac('sha384', key)
    .update(Buffer.concat([Buffer.from('pin:v1'), Buffer.from(accountId), Buffer.from([0x1f]), Buffer.from(pin)]))
    .digest('base64');
const everyPin = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));

describe('PIN-01 the verifier of a PIN', () => {
  it('is bcrypt of the keyed hash of account and PIN', async () => {
    const person = await newPersonWithPin(idp);
    const { hash } = (await pinRowOf(idp, person)).verifier;
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(compareSync(textOf(keyOf(secrets), person.id, rightPin), hash)).toBe(true);
    expect(compareSync(textOf(keyOf(secrets), person.id, '0074'), hash)).toBe(false);
    expect(textOf(keyOf(secrets), person.id, rightPin)).toHaveLength(64); // of the 72 bytes that bcrypt reads
  });

  it('rests on a key of its own, and says on which', async () => {
    const person = await newPersonWithPin(idp);
    const { hash, keyId } = (await pinRowOf(idp, person)).verifier;
    expect(keyId).toBe(secrets.pinKeys[0]?.id);
    const others = [...secrets.passwordPeppers, ...secrets.sealingKeys].map(({ key }) => key);
    for (const key of [...others, secrets.identifierKey, secrets.codeKey, secrets.pairwiseKey, secrets.csrfKey])
      expect(compareSync(textOf(key, person.id, rightPin), hash)).toBe(false);
  });

  it('is another one each time', async () => {
    const rows = await Promise.all(
      [newPersonWithPin(idp), newPersonWithPin(idp)].map(async (one) => pinRowOf(idp, await one)),
    );
    expect(new Set(rows.map(({ verifier }) => verifier.hash)).size).toBe(2);
  });

  it('has a key of at least 256 bits, which is nowhere in the database', async () => {
    const key = keyOf(secrets);
    expect(key.length).toBeGreaterThanOrEqual(32);
    await newPersonWithPin(idp);
    const dump = JSON.stringify(await dumpDatabase(idp));
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const)
      expect(dump).not.toContain(key.toString(encoding));
  });
});

describe('PIN-01 a start', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'civic-id-pin-keys-'));
    makeSecrets(dir, { withSandbox: false });
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const problems = () => {
    const read = readSecrets(dir);
    return read.outcome === 'wrong' ? read.problems : [];
  };

  it('refuses without the PIN key, names its file and goes on with nothing else in its place', () => {
    expect(problems()).toEqual([]);
    rmSync(join(dir, 'pin-keys'));
    expect(problems()).toEqual([expect.stringMatching(/^pin-keys .*256-bit/)]);
  });

  it.each(['', '\n', 'only-an-id\n', `id ${'A'.repeat(42)}\n`, `id ${'ё'.repeat(43)}\n`])(
    'refuses a PIN key that is none (%j), and never repeats it',
    (content) => {
      writeFileSync(join(dir, 'pin-keys'), content);
      expect(problems()).toEqual([expect.stringMatching(/^pin-keys /)]);
      expect(problems().join()).not.toContain('AAAA');
    },
  );
});

describe('PIN-01 another key', () => {
  let other: TestCivicId | undefined;
  afterEach(() => other?.stop());
  const startWith = async (pinKeys: Secrets['pinKeys']) => {
    other = await startCivicId({ uri, secrets: { ...secrets, pinKeys } });
    return other.app;
  };
  const fresh = () => makeTestSecrets().pinKeys;

  it('put first makes new verifiers, and the old ones stay good', async () => {
    const person = await newPersonWithPin(idp);
    const pinKeys = [...fresh(), ...secrets.pinKeys];
    const app = await startWith(pinKeys);
    expect(await app.rules.pin.check(person.id, rightPin)).toEqual({ outcome: 'right' });
    const later = await newPersonWithPin({ app });
    expect((await pinRowOf(idp, later)).verifier.keyId).toBe(pinKeys[0]?.id);
  });

  it('in place of the old one takes no PIN of old, for the price of a hash', async () => {
    const person = await newPersonWithPin(idp);
    const app = await startWith(fresh());
    const before = app.services.hashing.count();
    expect(await app.rules.pin.check(person.id, rightPin)).toEqual({ outcome: 'wrong', triesLeft: 4 });
    expect(app.services.hashing.count()).toBe(before + 1);
  });
});

describe('PIN-02 a thief of the database', () => {
  it('finds no PIN among all ten thousand without the key, and with it the one', async () => {
    const person = await newPersonWithPin(idp);
    const { hash } = (await pinRowOf(idp, person)).verifier;
    const hits = async (key: Buffer) => {
      const isHit = await Promise.all(everyPin.map((pin) => compare(textOf(key, person.id, pin), hash)));
      return everyPin.filter((_, index) => isHit[index]);
    };
    expect(await hits(Buffer.alloc(0))).toEqual([]);
    expect(await hits(keyOf(secrets))).toEqual([rightPin]);
  }, 180_000);
});

describe('PIN-03 a verifier put into another account', () => {
  it('opens nothing there: not with the PIN it was made from, nor with the one that was there before', async () => {
    const [anna, ivan] = [await newPersonWithPin(idp, '1470'), await newPersonWithPin(idp, '2581')];
    const { verifier } = await pinRowOf(idp, anna);
    await pinRows(idp).updateOne({ _id: ivan.id }, { $set: { verifier } });
    const { check } = idp.app.rules.pin;
    expect(await check(ivan.id, '1470')).toMatchObject({ outcome: 'wrong' });
    expect(await check(ivan.id, '2581')).toMatchObject({ outcome: 'wrong' });
    expect(await check(anna.id, '1470')).toEqual({ outcome: 'right' });
  });
});
