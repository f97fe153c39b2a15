// Many at once, and a process that dies between two writes: one PIN wins, and there is always one, the old or the new.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicIdProcess } from '../support/civic-id-process.ts';
import { freePort, startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { dropDatabase, testDatabaseUri } from '../support/mongo.ts';
import { endOrphanedTransaction } from '../support/orphaned-transactions.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import {
  choosePin,
  goodPin,
  goodPins,
  newReadyPerson,
  openChoose,
  openPinStart,
  otherPin,
  pathOf,
} from '../support/pin-setting.ts';
import { race, tally } from '../support/race.ts';
import { failuresOf, pinEventsOf, pinRowOf, postForm } from '../support/step-up.ts';

let idp: TestCivicId;
let meet: NonNullable<TestOptions['checkpoint']> = async () => undefined;
beforeAll(async () => {
  idp = await startCivicId({ checkpoint: (name) => meet(name) });
});
afterAll(() => idp.stop());

const noticesTo = async ({ phone }: { phone: string }) =>
  (await readOutbox(idp)).filter(({ to, purpose }) => to === phone && purpose === 'notice');
const rightOf = async ({ id }: { id: string }, pins: readonly string[]): Promise<string[]> => {
  const right = [];
  for (const pin of pins) if ((await idp.app.rules.pin.check(id, pin)).outcome === 'right') right.push(pin);
  return right;
};

describe('twenty at once', () => {
  it('of the same form set one PIN, with one notice and one line in the journal', async () => {
    const { agent, page, person } = await openChoose(idp);
    const { won, lost } = await race(20, () => postForm(agent, page, { pin: goodPin, pin_again: goodPin }));
    expect(lost).toEqual([]);
    expect(new Set(won.map(({ status }) => status))).toEqual(new Set([303]));
    expect(pathOf(await agent.open('/account/pin/done'))).toBe('/account/pin/done');
    expect(await rightOf(person, [goodPin])).toEqual([goodPin]);
    expect(await noticesTo(person)).toHaveLength(1);
    expect(await pinEventsOf(idp, person)).toEqual(['pin-created']);
    // What is reported by the notice's link leads to the line of the journal.
    const told = await nativeCollection(idp.connection, 'not_me_links').findOne({ kind: 'pin-created' });
    const written = await nativeCollection(idp.connection, 'journal').findOne({ type: 'pin-created' });
    expect(told?.['requestId']).toBe(written?.['requestId']);
    expect(failuresOf(idp)).toEqual([]);
  });

  it('of different PINs tell nobody which one there was: no more than one is ever looked at', async () => {
    const { agent, page, person } = await openChoose(idp, { pin: goodPin });
    const before = idp.app.services.hashing.count();
    const guesses = [...goodPins.slice(1), goodPin, '5128', '8530', '6407', '9046'];
    const { won } = await race(guesses.length, (index) =>
      postForm(agent, page, { pin: guesses[index] ?? '', pin_again: guesses[index] ?? '' }),
    );
    const refused = won.filter(({ status }) => status === 422).length;
    expect(idp.app.services.hashing.count() - before).toBeLessThanOrEqual(2 + refused);
    expect((await pinEventsOf(idp, person)).length).toBe(1);
    expect(refused).toBeLessThanOrEqual(1);
  });

  it('of the same code let one through, and it is good no second time', async () => {
    const { agent, page, person } = await openPinStart(idp);
    const form = await agent.submit(page, {});
    const code = await lastCodeTo(idp, person.phone);
    const { won } = await race(20, () => postForm(agent, form, { code }));
    expect(tally(won.map(({ status }) => status))['303']).toBeGreaterThanOrEqual(1);
    expect(pathOf(await agent.open('/account/pin'))).toBe('/account/pin/choose');
    expect(await pinEventsOf(idp, person)).toEqual([]);
    const other = await openPinStart(idp, { person });
    await forgetSends(idp);
    const fresh = await other.agent.submit(other.page, {});
    expect(pathOf(await other.agent.submit(fresh, { code }))).toBe('/account/pin/code');
  });
});

describe('two changes at once', () => {
  it('in two browsers: one wins, the other is told that the PIN was changed, and its PIN confirms nothing', async () => {
    const person = await newReadyPerson(idp, { pin: goodPins[0] });
    const first = await openChoose(idp, { person });
    await forgetSends(idp);
    const second = await openChoose(idp, { person });
    const { won } = await race(2, (index) =>
      choosePin(index === 0 ? first : second, (index === 0 ? first : second).page, goodPins[index + 1] ?? ''),
    );
    expect(won.map(pathOf).sort()).toEqual(['/account/pin/done', '/account/pin/over']);
    const loser = won.find((page) => pathOf(page) === '/account/pin/over');
    expect(loser === undefined ? '' : titleOf(loser)).toContain('Your PIN was changed already');
    expect(await rightOf(person, goodPins.slice(0, 3))).toHaveLength(1);
    expect(await pinEventsOf(idp, person)).toEqual(['pin-changed']);
    expect(await noticesTo(person)).toHaveLength(1);
  });

  it('one after the other: who began before the other was done is told so too, and may begin again', async () => {
    const person = await newReadyPerson(idp);
    const late = await openChoose(idp, { person });
    await forgetSends(idp);
    const fast = await openChoose(idp, { person });
    expect(pathOf(await choosePin(fast, fast.page, goodPin))).toBe('/account/pin/done');
    const over = await choosePin(late, late.page, otherPin);
    expect([pathOf(over), wordsOf(over).includes('If it was not you')]).toEqual(['/account/pin/over', true]);
    expect(await rightOf(person, [goodPin, otherPin])).toEqual([goodPin]);
    expect(titleOf(await late.agent.open('/account/pin'))).toContain('Change your PIN');
  });

  it('a change while the old PIN is being tried leaves the new one unlocked and uncounted', async () => {
    const person = await newReadyPerson(idp, { pin: goodPin });
    for (let turn = 0; turn < 4; turn += 1) await idp.app.rules.pin.check(person.id, '9999');
    const { agent, page } = await openChoose(idp, { person });
    meet = async (name) => {
      if (name !== 'PIN try reserved') return;
      meet = async () => undefined;
      expect(pathOf(await choosePin({ agent }, page, otherPin))).toBe('/account/pin/done');
    };
    expect(await idp.app.rules.pin.check(person.id, '9999')).toEqual({ outcome: 'locked', justNow: false });
    expect(await pinRowOf(idp, person)).toMatchObject({ tries: 0, failures: [], lockedAt: null });
  });

  it('“this was not me” at the same moment wins: ended sessions set no PIN, and a locked one stays locked', async () => {
    for (const pin of [goodPin, null]) {
      await forgetSends(idp);
      const { agent, page, person } = await openChoose(idp, { pin });
      const { accounts, inTransaction } = idp.app.services;
      meet = async (name) => {
        if (name !== 'PIN about to be set') return;
        meet = async () => undefined;
        await inTransaction(async (tx) => {
          await accounts.markAllSessionsEnded(tx, person.id);
          await idp.app.rules.pin.lock(person.id, tx);
        });
      };
      expect(titleOf(await choosePin({ agent }, page, otherPin))).toContain('Sign in');
      expect(await idp.app.rules.pin.stateOf(person.id)).toBe(pin === null ? 'none' : 'locked');
      expect((await accounts.find(person.id))?.highRiskHeldUntil).toBeUndefined();
    }
  });
});

describe('“this was not me” while a PIN is being written', () => {
  it('waits for it, also where a longer hold leaves nothing to prolong, and locks it', async () => {
    for (const pin of [goodPin, null]) {
      await forgetSends(idp);
      const { agent, page, person } = await openChoose(idp, { pin });
      const { accounts, inTransaction } = idp.app.services;
      const longer = new Date(Date.now() + 72 * 3600 * 1000);
      await inTransaction((tx) => accounts.holdHighRisk(tx, person.id, longer));
      if (pin !== null) await idp.app.rules.pin.lock(person.id);
      const visit = { requestId: 'AAAAA-22222', network: '192.0.2.0/24', device: 'unknown' };
      const report = () => idp.app.rules.notMe.report(person.id, { kind: 'x', at: new Date(), requestId: null }, visit);
      let reporting: Promise<unknown> = Promise.resolve();
      meet = async (name) => {
        if (name !== 'PIN written') return;
        meet = async () => undefined;
        reporting = report();
        await Promise.race([reporting, sleep(500)]);
      };
      await choosePin({ agent }, page, otherPin);
      await reporting;
      expect(await idp.app.rules.pin.stateOf(person.id)).toBe('locked');
    }
  });
});

describe('a process that is killed', () => {
  const uri = testDatabaseUri();
  const [olga, anna] = [citizen('olga'), citizen('anna')];
  let secretsDir: string;
  let connection: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    secretsDir = await mkdtemp(join(tmpdir(), 'civic-id-pin-set-'));
    connection = await connect(uri);
  });
  afterAll(async () => {
    await connection.close();
    await dropDatabase(uri);
    await rm(secretsDir, { recursive: true, force: true });
  });
  const verifierOf = async (id: string): Promise<string | undefined> =>
    (await nativeCollection<{ _id: string; verifier: { hash: string } }>(connection, 'pins').findOne({ _id: id }))
      ?.verifier.hash;
  const eventsOf = (accountId: string) =>
    nativeCollection(connection, 'journal').countDocuments({ accountId, type: /^pin-(created|changed)$/ });
  const notices = () => nativeCollection(connection, 'messages').countDocuments({ purpose: 'notice' });

  it.each([
    ['PIN about to be set', anna, false],
    ['PIN set', olga, true],
    ['PIN written', anna, false], // what a dead process had begun is held for a minute: the last of all
  ] as const)(
    'at “%s” leaves the old PIN or the new one, with its notice or without both',
    async (crashAt, person, isSet) => {
      const port = await freePort();
      const issuer = new URL(`http://localhost:${port}`);
      const agent = createBrowserAgent(issuer);
      const [before, told] = [await verifierOf(person.id), await notices()];
      const first = await startCivicIdProcess({ uri, port, secretsDir, crashAt });
      await nativeCollection(connection, 'code_sends').deleteMany({});
      const { page } = await openAccount({ issuer }, person, { path: '/account/pin', agent });
      const form = await agent.submit(page, {});
      const outbox = await createBrowserAgent(issuer).get('/sandbox/outbox', { Accept: 'application/json' });
      const codes: { to: string; code: string | null }[] = outbox.body;
      const code = codes.find((entry) => entry.to === person.phone && entry.code !== null)?.code ?? '';
      const choose = await agent.submit(form, { code });
      const held = (await verifierOf(person.id)) ?? before;
      await expect(choosePin({ agent }, choose, goodPins[2])).rejects.toThrow(/hang up|ECONNRESET/);
      expect(await first.ended).toBe('SIGKILL');

      if (crashAt === 'PIN written') await endOrphanedTransaction(connection);
      expect((await verifierOf(person.id)) !== held).toBe(isSet);
      expect([await eventsOf(person.id), (await notices()) - told]).toEqual(isSet ? [1, 2] : [0, 0]);
      if (!isSet) return;
      const second = await startCivicIdProcess({ uri, port, secretsDir });
      expect(titleOf(await agent.open('/account/pin/done'))).toContain('PIN is created');
      await second.stop();
    },
    60_000,
  );
});
