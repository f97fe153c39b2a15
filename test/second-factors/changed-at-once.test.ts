// Two factors that come or go at once: the person has one set of recovery codes that work, or none where nothing is left to stand in for.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newReadyPerson } from '../support/pin-setting.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const visit = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome, Windows' };

const newPerson = async () => {
  const { id } = await newReadyPerson(idp);
  const account = await idp.app.services.accounts.find(id);
  if (account === undefined) throw new Error('no account');
  const person = { account, sessionUid: 'one', since: Math.floor(Date.now() / 1000) + 2, hasGivenFactor: false };
  const proof = { accountId: id, sessionUid: 'one', provedAt: new Date(), by: 'password' } as const;
  const { factorSettings: settings } = idp.app.rules;

  const addApp = async () => {
    const token = await settings.beginApp(proof);
    const secret = (await settings.waitingSecret(person, token)) ?? '';
    return () => settings.confirmApp(person, { token, code: generateSync({ secret }), deviceCookie: undefined }, visit);
  };
  return {
    account,
    addApp,
    addSms: () => settings.switchSmsOn(person, proof, undefined, visit),
    remove: (kind: 'totp' | 'sms') => settings.remove(person, kind, proof, visit),
  };
};

const leftOf = async (accountId: string) => (await idp.app.services.secondFactors.of(accountId)).recoveryCodesLeft;

it('both added at once bring one set of codes, which work', async () => {
  for (let times = 0; times < 5; times += 1) {
    const { account, addApp, addSms } = await newPerson();
    const confirmApp = await addApp();
    const added = await Promise.all([confirmApp(), addSms()]);
    expect(added.map(({ outcome }) => outcome)).toEqual(['added', 'added']);
    const sets = added.flatMap((one) => ('codes' in one && one.codes.length > 0 ? [one.codes] : []));
    expect(sets).toHaveLength(1);
    const given = { way: 'recovery', typed: sets[0]?.[0] ?? '', flowId: 'one', isSignedIn: false } as const;
    expect(await idp.app.services.secondFactors.check(account, given, visit)).toMatchObject({ outcome: 'right' });
  }
});

it('one added while the other is taken away leaves codes', async () => {
  for (let times = 0; times < 5; times += 1) {
    const { account, addApp, addSms, remove } = await newPerson();
    await addSms();
    const confirmApp = await addApp();
    const [added] = await Promise.all([confirmApp(), remove('sms')]);
    expect(added.outcome).toBe('added');
    expect(await leftOf(account.id)).toBe(10);
  }
});

it('both taken away at once take the codes with them', async () => {
  for (let times = 0; times < 5; times += 1) {
    const { account, addApp, addSms, remove } = await newPerson();
    await addSms();
    await (
      await addApp()
    )();
    await Promise.all([remove('totp'), remove('sms')]);
    expect(await leftOf(account.id)).toBe(0);
  }
});
