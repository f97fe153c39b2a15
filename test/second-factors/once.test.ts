// A code of an app and a recovery code are each good once, however many come at once and wherever they arrive.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { race, tally } from '../support/race.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
import { giveUnusablePasskey } from '../support/passkeys.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { limits } from '../../config/index.ts';

let two: Two;
beforeAll(async () => {
  // Nothing but the once-only rule may stop the others.
  two = await startTwo({ limits: { ...limits, factorAttempts: { ...limits.factorAttempts, free: 1000 } } });
});
afterAll(() => two.stop());

const visit = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome, Windows' };

/** Twenty at once, half at each instance. */
const typeAtOnce = async (accountId: string, way: 'totp' | 'recovery', typed: string) => {
  const { won, lost } = await race(20, async (index) => {
    const { services } = two.instances[index % 2 === 0 ? 0 : 1].app;
    const account = await services.accounts.find(accountId);
    if (account === undefined) throw new Error('no account');
    return services.secondFactors.check(account, { way, typed, flowId: 'race', isSignedIn: false }, visit);
  });
  expect(lost).toEqual([]);
  return tally(won.map(({ outcome }) => outcome));
};

describe('what goes with the last second factor', () => {
  it('goes when the last two are taken away at the same moment', async () => {
    const [{ app }, { app: other }] = two.instances;
    for (let time = 0; time < 5; time += 1) {
      const { person } = await newPersonWithApp(two.instances[0]);
      await giveUnusablePasskey(two.instances[0], person);
      const account = await app.services.accounts.find(person.id);
      const [passkey] = await app.services.passkeys.list(person.id);
      if (account === undefined || passkey === undefined) throw new Error('nobody, or nothing');
      const session = { account, sessionUid: 'x', since: Math.ceil(Date.now() / 1000) };
      const proof = { accountId: person.id, sessionUid: 'x', provedAt: new Date(), by: 'password+factor' } as const;
      const outcomes = await Promise.all([
        app.rules.factorSettings.remove(session, 'totp', proof, visit),
        other.rules.passkeySettings.remove(session, proof, { id: passkey.id, isSure: true }, visit),
      ]);
      expect(outcomes).toEqual([{ outcome: 'removed' }, { outcome: 'removed' }]);
      expect(await app.services.secondFactors.of(person.id)).toMatchObject({ recoveryCodesLeft: 0 });
    }
  });

  it('came with the first, once', async () => {
    const [{ app }, { app: other }] = two.instances;
    const person = await newReadyPerson(two.instances[0]);
    const account = await app.services.accounts.find(person.id);
    if (account === undefined) throw new Error('nobody');
    const session = { account, sessionUid: 'x', since: Math.ceil(Date.now() / 1000) };
    const proof = { accountId: person.id, sessionUid: 'x', provedAt: new Date(), by: 'password' } as const;
    const add = (rules: typeof app.rules) => rules.factorSettings.switchSmsOn(session, proof, undefined, visit);
    const { won } = await race(20, (index) => add(index % 2 === 0 ? app.rules : other.rules));
    expect(tally(won.map(({ outcome }) => outcome))).toEqual({ added: 1, unchanged: 19 });
    expect((await app.services.secondFactors.of(person.id)).recoveryCodesLeft).toBe(10);
  });
});

describe('of twenty at once', () => {
  it('one code of an app is taken', async () => {
    const { person } = await newPersonWithApp(two.instances[0]);
    expect(await typeAtOnce(person.id, 'totp', appCode(person.secret))).toEqual({ right: 1, wrong: 19 });
  });

  it('one recovery code is taken, and one is gone', async () => {
    const { person, codes } = await newPersonWithApp(two.instances[0]);
    expect(await typeAtOnce(person.id, 'recovery', codes[3] ?? '')).toEqual({ right: 1, wrong: 19 });
    expect((await two.instances[1].app.services.secondFactors.of(person.id)).recoveryCodesLeft).toBe(9);
  });
});
