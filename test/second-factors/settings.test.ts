// The account: an app and codes by SMS are switched on and off, told to the person, and what is secret is shown once and stored nowhere in clear.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { lastCodeTo, readOutbox } from '../support/new-device.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';
import { appCode } from '../support/second-factor.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

let person: ReadyPerson;
let agent: BrowserAgent;
beforeEach(async () => {
  person = await newReadyPerson(idp);
  ({ agent } = await openAccount(idp, person));
});

const factorsOf = () => idp.app.services.secondFactors.of(person.id);
const secretIn = (html: string): string =>
  /translate="no">([A-Z2-7 ]{32,})<\/code>/.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
const codesIn = (html: string): string[] => [...html.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);
const begin = async (path: string) => agent.submit(await agent.open(path), { action: 'begin' });
let secret: string;
const addApp = async ({ seconds = 0 } = {}) => {
  const page = await begin('/account/factors/app');
  secret = secretIn(page.html);
  return { page, made: await agent.submit(page, { code: appCode(secret, { seconds }) }) };
};
const noticesTo = async (to: string, words: string) =>
  (await readOutbox(idp)).filter((entry) => entry.to === to && entry.text.includes(words));

describe('codes from an app', () => {
  it('are on after the first code, with ten recovery codes that are shown once', async () => {
    const { page, made } = await addApp();
    expect(secret).toHaveLength(32);
    expect(page.html).toMatch(/<path d="M\d+ \d+h1v1h-1z/);
    expect(new Set(codesIn(made.html)).size).toBe(10);
    expect(await factorsOf()).toEqual({ totp: true, sms: false, passkeys: 0, recoveryCodesLeft: 10 });
    for (const to of [person.phone, person.email])
      expect(await noticesTo(to, 'a second step was added')).toHaveLength(to === person.phone ? 1 : 0);

    const security = await agent.open('/account/security');
    expect(security.html).not.toContain(secret);
    expect(wordsOf(security)).toContain('Codes from an app On');
    expect(titleOf(await agent.open('/account/factors/app/code'))).not.toContain('Connect');
  });

  it('are not on before that, and a wrong code is told', async () => {
    const page = await begin('/account/factors/app');
    const wrong = await agent.submit(page, { code: '000000' });
    expect([wrong.status, wordsOf(wrong).includes('does not match')]).toEqual([422, true]);
    expect(secretIn(wrong.html)).toBe(secretIn(page.html));
    expect((await factorsOf()).totp).toBe(false);
  });

  it('are taken away after the password and a code, with a word on what goes with them, and told', async () => {
    await addApp({ seconds: -30 }); // the code of now is still good for the proof
    const code = await agent.submit(await agent.open('/account/factors/app'), { password: person.password });
    const page = await agent.submit(code, { code: appCode(secret) });
    expect(wordsOf(page)).toContain('This is your last second step');
    const security = await agent.submit(page, { action: 'remove' });
    expect(wordsOf(security)).toContain('Codes from an app are off');
    expect(await factorsOf()).toEqual({ totp: false, sms: false, passkeys: 0, recoveryCodesLeft: 0 });
    expect(await noticesTo(person.phone, 'a second step was removed')).toHaveLength(1);
  });

  it('leave their secret and the recovery codes in clear nowhere', async () => {
    const { made } = await addApp();
    const everything = [
      ...Object.values(await dumpDatabase(idp)),
      ...idp.logLines,
      JSON.stringify(await readOutbox(idp)),
    ].join('\n');
    for (const canary of [secret, ...codesIn(made.html)]) expect(everything).not.toContain(canary);
  });
});

describe('codes by SMS', () => {
  it('are switched on and off, the recovery codes go with the last factor', async () => {
    const on = await begin('/account/factors/sms');
    expect(codesIn(on.html)).toHaveLength(10);
    expect(await factorsOf()).toMatchObject({ sms: true, recoveryCodesLeft: 10 });

    const proof = await agent.submit(await agent.open('/account/factors/sms'), { password: person.password });
    const sent = await agent.submit(proof, { action: 'send' });
    const page = await agent.submit(sent, { code: await lastCodeTo(idp, person.phone) });
    expect(wordsOf(await agent.submit(page, { action: 'remove' }))).toContain('Codes by SMS are off');
    expect(await factorsOf()).toEqual({ totp: false, sms: false, passkeys: 0, recoveryCodesLeft: 0 });
    expect(await noticesTo(person.phone, 'a second step was removed')).toHaveLength(1);
  });

  it('change nothing for a session that has ended meanwhile', async () => {
    const { services, rules } = idp.app;
    const account = await services.accounts.find(person.id);
    if (account === undefined) throw new Error('no account');
    await services.inTransaction((tx) => services.accounts.markAllSessionsEnded(tx, person.id));
    const session = { account, sessionUid: 'x', since: Math.floor(account.sessionsValidFrom.getTime() / 1000) };
    const proof = { accountId: person.id, sessionUid: 'x', provedAt: new Date(), by: 'password' } as const;
    const visit = { clientId: undefined, requestId: 'AAAAA-AAAAA', network: '203.0.113.0/24', device: 'Chrome' };
    expect(await rules.factorSettings.switchSmsOn(session, proof, undefined, visit)).toEqual({ outcome: 'signed-out' });
    expect((await factorsOf()).sms).toBe(false);
  });
});

describe('each of them', () => {
  it('is set up after a fresh proof alone', async () => {
    await idp.age(6);
    for (const path of ['app', 'sms'])
      expect(titleOf(await agent.open(`/account/factors/${path}`))).toContain('Confirm that it is you');
  });
});
