// A code of an app and a recovery code are each good once, however many come at once and wherever they arrive.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { race, tally } from '../support/race.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
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
