// Before important changes: the password and the passkey of whoever has one; the passkey alone of whoever signed in by it alone (ASVS 7.5.1).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import type { Authenticator } from '../support/authenticator.ts';
import { titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { answerFor, giveFactor, personWithPasskey, signInWithPasskey } from '../support/passkeys.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

let person: Citizen;
let authenticator: Authenticator;
beforeEach(async () => {
  ({ person, authenticator } = await personWithPasskey(idp));
});

const path = '/account/factors/recovery-codes';
const passkeyTitle = 'Confirm that it is you with a passkey';
const orPasskey = 'value="passkey"';
const isAsked = async (agent: BrowserAgent) => titleOf(await agent.open(path)).startsWith('Confirm that it is you — ');
const codesOf = ({ html }: PageView): string[] =>
  [...html.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);

describe('whoever signed in with the password', () => {
  const openProof = async () => {
    const { page, agent } = await openAccount(idp, person);
    await giveFactor(idp, agent, page, authenticator);
    await idp.age(6);
    return { agent, page: await agent.open(path) };
  };

  it('is asked for the password and the passkey: neither alone is enough', async () => {
    const { agent, page } = await openProof();
    expect(page.html).not.toContain(orPasskey);
    // Nobody may choose the way that their session does not allow.
    expect(wordsOf(await agent.submit(page, { action: 'passkey' }))).toContain('Enter the password you sign in with');

    const factor = await agent.submit(page, { password: person.password });
    expect(titleOf(factor)).toContain(passkeyTitle);
    expect(await isAsked(agent)).toBe(true);
    expect(titleOf(await giveFactor(idp, agent, factor, authenticator))).toContain('Recovery codes');
    expect(await isAsked(agent)).toBe(false);
  });

  it('may give a recovery code in place of the passkey, and cancel', async () => {
    const { agent, page } = await openProof();
    const factor = await agent.submit(page, { password: person.password });
    expect(titleOf(await agent.submit(factor, { action: 'cancel' }))).toContain('Security');
    expect(await isAsked(agent)).toBe(true);

    const { inTransaction, secondFactors } = idp.app.services;
    const [code = ''] = secondFactors.recoveryCodes.draw();
    await inTransaction((tx) => secondFactors.recoveryCodes.replace(tx, person.id, [code]));
    const again = await agent.submit(await agent.open(path), { password: person.password });
    const recovery = await agent.open(again.url.replace('by-passkey', 'by-recovery'));
    expect(titleOf(await agent.submit(recovery, { recovery_code: code }))).toContain('Recovery codes');
  });

  it('gets nowhere with the passkey of somebody else, nor with an answer that was given before', async () => {
    const { authenticator: foreign } = await personWithPasskey(idp);
    const { agent, page } = await openProof();
    const factor = await agent.submit(page, { password: person.password });
    const refused = await giveFactor(idp, agent, factor, foreign);
    expect([refused.status, wordsOf(refused).includes('was not taken')]).toEqual([422, true]);

    const asked = await agent.submit(refused, { action: 'ask' });
    const credential = answerFor(idp, asked, authenticator);
    await agent.submit(asked, { credential });
    await idp.age(6);
    const next = await agent.submit(await agent.open(path), { password: person.password });
    expect(titleOf(await agent.submit(next, { credential }))).toContain(passkeyTitle);
    expect(await isAsked(agent)).toBe(true);
  });
});

describe('whoever signed in with a passkey alone', () => {
  const openProof = async () => {
    const { agent } = await signInWithPasskey(idp, authenticator);
    expect(await isAsked(agent)).toBe(false);
    await idp.age(6);
    return { agent, page: await agent.open(path) };
  };

  it('proves it with the passkey alone, and new codes are made by it', async () => {
    const { agent, page } = await openProof();
    expect(page.html).toContain(orPasskey);
    expect(wordsOf(page)).toContain('or confirm with the passkey');
    const before = agent.cookieFor('/account');
    const asked = await agent.submit(page, { action: 'passkey' });
    expect(titleOf(asked)).toContain(passkeyTitle);
    expect(await isAsked(agent)).toBe(true);
    const codes = await agent.submit(asked, { credential: answerFor(idp, asked, authenticator) });
    expect(titleOf(codes)).toContain('Recovery codes');
    expect(agent.cookieFor('/account')).not.toBe(before);
    expect(codesOf(await agent.submit(codes, { action: 'make' }))).toHaveLength(10);
  });

  it('may type the password in place of it, and is then asked for the passkey too', async () => {
    const { agent, page } = await openProof();
    const asked = await agent.submit(page, { action: 'passkey' });
    expect(wordsOf(asked)).toContain('Enter your password');
    const password = await agent.open(`/account/proof${path.replace('/account', '')}`);
    const factor = await agent.submit(password, { password: person.password });
    expect(titleOf(factor)).toContain(passkeyTitle);
    expect(titleOf(await giveFactor(idp, agent, factor, authenticator))).toContain('Recovery codes');
  });

  it('gets no further with another factor alone: no code is a password', async () => {
    const { agent, page } = await openProof();
    const asked = await agent.submit(page, { action: 'passkey' });
    expect(wordsOf(asked)).not.toContain('recovery code');
    const other = await agent.open(asked.url.replace('by-passkey-asked', 'by-recovery'));
    expect(titleOf(other)).toContain(passkeyTitle);
    expect(await isAsked(agent)).toBe(true);
  });

  it('is refused with a wrong answer, and with the passkey of somebody else', async () => {
    const { authenticator: foreign } = await personWithPasskey(idp);
    const { agent, page } = await openProof();
    const asked = await agent.submit(page, { action: 'passkey' });
    const refused = await agent.submit(asked, { credential: answerFor(idp, asked, foreign) });
    expect([refused.status, wordsOf(refused).includes('was not taken')]).toEqual([422, true]);
    expect(await isAsked(agent)).toBe(true);
    expect(titleOf(await giveFactor(idp, agent, refused, authenticator))).toContain('Recovery codes');
  });
});
