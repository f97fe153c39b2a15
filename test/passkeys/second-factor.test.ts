// A passkey after the password: of this person alone, once for each question, counted like any second factor, and with the other ways beside it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { readForm, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox, typePassword } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { addPasskey, answerFor, giveFactor, personWithPasskey, signInWithPasskey } from '../support/passkeys.ts';
import { race, tally } from '../support/race.ts';
import { appCode, secondFactorAcr } from '../support/second-factor.ts';
import { drawTotpSecret } from '../../src/second-factors/totp.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

type Visit = Awaited<ReturnType<typeof typePassword>>;
const passkeyTitle = 'Confirm that it is you with a passkey';
const refused = 'This passkey was not taken';
const codesIn = ({ html }: PageView): string[] =>
  [...html.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);
const claimsOf = async ({ request }: Visit, { isElsewhere, url }: PageView) => {
  expect(isElsewhere).toBe(true);
  return (await request.finish(url)).claims();
};
const journalOf = (accountId: string, type: string) =>
  nativeCollection(idp.connection, 'journal').countDocuments({ accountId, type });
const pathTo = ({ url }: PageView, way: string) => new URL(url, idp.issuer).pathname.replace(/[\w-]+$/, way);

/** The password is typed; the page asks for the passkey. */
const arrive = async (parameters: Record<string, string> = {}) => {
  const made = await personWithPasskey(idp);
  return { ...made, codes: codesIn(made.page), visit: await typePassword(idp, made.person, { parameters }) };
};

describe('a passkey after the password', () => {
  it('is asked of whoever has one, not before the password, and the tokens tell of it', async () => {
    const { person, authenticator, visit } = await arrive();
    const wrong = await typePassword(idp, { ...person, password: 'not this one' });
    expect(wordsOf(wrong.page)).not.toContain('Confirm');

    expect(titleOf(visit.page)).toContain(passkeyTitle);
    const claims = await claimsOf(visit, await giveFactor(idp, visit.agent, visit.page, authenticator));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'hwk', 'user', 'mfa']]);
  });

  it('asks for the passkeys of this person alone, and for the person to be verified', async () => {
    const { person, visit } = await arrive();
    await personWithPasskey(idp);
    const asked = await visit.agent.submit(visit.page, { action: 'ask' });
    const text = /data-options="([^"]*)"/.exec(asked.html)?.[1]?.replaceAll('&#34;', '"') ?? '{}';
    const asksFor = z.object({ userVerification: z.string(), allowCredentials: z.array(z.object({ id: z.string() })) });
    const own = await idp.app.services.passkeys.list(person.id);
    expect(asksFor.parse(JSON.parse(text))).toEqual({
      userVerification: 'required',
      allowCredentials: own.map(({ credentialId: id }) => ({ id })),
    });
  });

  it('signs nobody in by the password alone', async () => {
    const { visit } = await arrive();
    expect(titleOf(await visit.agent.open('/account'))).toContain('Sign in');
    const none = await visit.agent.open((await visit.service.begin({ prompt: 'none' })).url);
    expect(new URL(none.url).searchParams.get('error')).toBe('login_required');
  });

  it.each([
    ['without the person being verified', { isVerified: false }],
    ['made on another site', { origin: 'http://elsewhere.example' }],
    ['to another question', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['to no question', { challenge: '' }],
  ])('is refused %s, and told clearly', async (_what, lie) => {
    const { person, authenticator, visit } = await arrive();
    const page = await giveFactor(idp, visit.agent, visit.page, authenticator, { lie });
    expect([page.status, wordsOf(page).includes(refused)]).toEqual([422, true]);
    expect(await journalOf(person.id, 'factor-wrong')).toBe(1);
    expect((await giveFactor(idp, visit.agent, page, authenticator)).isElsewhere).toBe(true);
  });

  it.each(['', 'no JSON', '{}', 'null', 'x'.repeat(13_000)])(
    'is not what no authenticator sends (%#)',
    async (credential) => {
      const { visit } = await arrive();
      const asked = await visit.agent.submit(visit.page, { action: 'ask' });
      expect(wordsOf(await visit.agent.submit(asked, { credential }))).toContain(refused);
    },
  );

  it('is not that of somebody else, whose passkey stays as it was', async () => {
    const { visit } = await arrive();
    const { person: other, authenticator: foreign } = await personWithPasskey(idp);
    const before = await idp.app.services.passkeys.list(other.id);
    expect(wordsOf(await giveFactor(idp, visit.agent, visit.page, foreign))).toContain(refused);
    expect(await idp.app.services.passkeys.list(other.id)).toEqual(before);
    expect(wordsOf(await giveFactor(idp, visit.agent, visit.page, createAuthenticator()))).toContain(refused);
  });

  it('answers one question once: neither again, nor in another sign-in, nor in another browser', async () => {
    const { person, authenticator, visit } = await arrive();
    const asked = await visit.agent.submit(visit.page, { action: 'ask' });
    const credential = answerFor(idp, asked, authenticator);
    const another = await typePassword(idp, person);
    const askedThere = await another.agent.submit(another.page, { action: 'ask' });
    expect(wordsOf(await another.agent.submit(askedThere, { credential }))).toContain(refused);

    expect((await visit.agent.submit(asked, { credential })).isElsewhere).toBe(true);
    const next = await typePassword(idp, person, { agent: visit.agent, parameters: { prompt: 'login' } });
    const stale = await visit.agent.submit(next.page, { credential });
    expect(titleOf(stale)).toContain(passkeyTitle);
    const again = await visit.agent.submit(next.page, { action: 'ask' });
    expect(wordsOf(await visit.agent.submit(again, { credential }))).toContain(refused);
  });

  it('takes no question of another interaction in the same browser', async () => {
    const { person, authenticator, visit } = await arrive();
    const first = await visit.agent.submit(visit.page, { action: 'ask' });
    const credential = answerFor(idp, first, authenticator);
    const second = await typePassword(idp, person, { agent: visit.agent });
    const page = await visit.agent.submit(second.page, { credential });
    expect([page.isElsewhere, titleOf(page).includes(passkeyTitle)]).toEqual([false, true]);
  });

  it('lets one of twenty equal answers in', async () => {
    const { person, authenticator, visit } = await arrive();
    const before = await journalOf(person.id, 'sign-in');
    const asked = await visit.agent.submit(visit.page, { action: 'ask' });
    const { action, hidden } = readForm(asked.html);
    const body = new URLSearchParams({ ...hidden, credential: answerFor(idp, asked, authenticator) }).toString();
    const { won } = await race(20, () => visit.agent.post(action, body));
    expect(Object.keys(tally(won.map(({ status }) => status)))).toEqual(['303']);
    expect(await journalOf(person.id, 'factor-right')).toBe(1);
    expect(await journalOf(person.id, 'sign-in')).toBe(before + 1);
  });

  it('is refused where its counter goes back, and the person hears of it', async () => {
    const { person, authenticator, visit } = await arrive();
    await signInWithPasskey(idp, authenticator, { counter: 7 });
    const page = await giveFactor(idp, visit.agent, visit.page, authenticator, { lie: { counter: 7 } });
    expect(wordsOf(page)).toContain(refused);
    expect(await journalOf(person.id, 'passkey-copied')).toBe(1);
    const told = (await readOutbox(idp)).filter(
      ({ to, text }) => to === person.email && text.includes('счётчик отстаёт'),
    );
    expect(told).toHaveLength(1);
  });

  it('is closed after five wrong answers, in another browser too; a recovery code is not', async () => {
    const { person, authenticator, codes, visit } = await arrive();
    let { page } = visit;
    for (let tries = 0; tries < 6; tries += 1)
      page = await giveFactor(idp, visit.agent, page, authenticator, { lie: { isVerified: false } });
    expect(wordsOf(page)).toContain('many failed tries');

    const other = await typePassword(idp, person);
    const closed = await giveFactor(idp, other.agent, other.page, authenticator);
    expect([closed.status, wordsOf(closed).includes('many failed tries')]).toEqual([422, true]);
    const recovery = await other.agent.open(pathTo(closed, 'recovery'));
    const claims = await claimsOf(other, await other.agent.submit(recovery, { recovery_code: codes[0] ?? '' }));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'mfa']]);
  });

  it('taken away while the sign-in waits, lets nobody through', async () => {
    const { person, authenticator, visit } = await arrive();
    const asked = await visit.agent.submit(visit.page, { action: 'ask' });
    const credential = answerFor(idp, asked, authenticator);
    await idp.app.services.inTransaction((tx) => idp.app.services.passkeys.removeAll(tx, person.id));
    expect(titleOf(await visit.agent.submit(asked, { credential }))).toContain('Sign in');
  });
});

describe('a browser that is remembered', () => {
  it('is remembered by a passkey too, and skips the routine question; a service that asks for the level always gets it', async () => {
    const { person, authenticator, visit } = await arrive();
    const fields = { remember_browser: 'yes' };
    expect((await giveFactor(idp, visit.agent, visit.page, authenticator, { fields })).isElsewhere).toBe(true);

    const again = await typePassword(idp, person, { agent: visit.agent, parameters: { prompt: 'login' } });
    expect((await claimsOf(again, again.page))?.['acr']).toBe('urn:civic-id:acr:password');
    const request = await again.service.begin({ acr_values: secondFactorAcr });
    const asked = await again.agent.open(request.url);
    expect(titleOf(asked)).toContain(passkeyTitle);
    const claims = await claimsOf({ ...again, request }, await giveFactor(idp, again.agent, asked, authenticator));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'hwk', 'user', 'mfa']]);
  });

  it('keeps what was ticked before the authenticator was asked', async () => {
    const { visit } = await arrive();
    const asked = await visit.agent.submit(visit.page, { action: 'ask', remember_browser: 'yes' });
    expect(asked.html).toMatch(/name="remember_browser"[^>]*checked/);
  });

  it('shows it once more when the first passkey is added elsewhere', async () => {
    const person = await newPerson(idp);
    const { devices } = idp.app.services;
    const cookie = devices.draw(undefined);
    await idp.app.services.inTransaction((tx) => devices.remember(tx, person.id, 'Chrome', cookie));
    expect(await devices.isKnown(person.id, cookie)).toBe(true);
    await addPasskey(idp, person, createAuthenticator());
    expect(await devices.isKnown(person.id, cookie)).toBe(false);
  });
});

describe('the other ways', () => {
  it('stand beside the passkey, nothing of them before the password', async () => {
    const { person, visit } = await arrive();
    const secret = drawTotpSecret();
    await idp.app.services.inTransaction((tx) => idp.app.services.secondFactors.totp.add(tx, person.id, secret, 0));
    const page = await visit.agent.open(pathTo(visit.page, 'passkey'));
    expect(wordsOf(page)).toContain('Enter a code from the app');
    expect(wordsOf(page)).toContain('Enter a recovery code');
    const app = await visit.agent.open(pathTo(page, 'totp'));
    expect(wordsOf(app)).toContain('Confirm with a passkey');
    const claims = await claimsOf(visit, await visit.agent.submit(app, { code: appCode(secret) }));
    expect(claims?.['amr']).toEqual(['pwd', 'otp', 'mfa']);
  });

  it('say what to do in a browser without script, where there are some and where there are none', async () => {
    const { person, visit } = await arrive();
    expect(wordsOf(visit.page)).toContain('Choose another way below');
    const { inTransaction, secondFactors } = idp.app.services;
    await inTransaction((tx) => secondFactors.recoveryCodes.removeAll(tx, person.id));
    const alone = await visit.agent.open(pathTo(visit.page, 'passkey'));
    expect(wordsOf(alone)).toContain('turn to support');
    expect(wordsOf(alone)).toContain('Do not sign in');
  });

  it('may be the first passkey, added while a service waits for the level', async () => {
    const person = await newPerson(idp);
    const visit = await typePassword(idp, person, { parameters: { acr_values: secondFactorAcr } });
    expect(wordsOf(visit.page)).toContain('Add a passkey');
    const authenticator = createAuthenticator();
    await addPasskey(idp, person, authenticator, { agent: visit.agent });
    const back = await visit.agent.open(visit.page.url);
    const claims = await claimsOf(visit, await giveFactor(idp, visit.agent, back, authenticator));
    expect(claims?.['acr']).toBe(secondFactorAcr);
  });
});

describe('the account', () => {
  it('shows passkeys among what is a second step, and brings recovery codes with the first alone', async () => {
    const { person, authenticator, codes } = await arrive();
    expect(new Set(codes).size).toBe(10);
    const { agent } = await signInWithPasskey(idp, authenticator);
    expect(wordsOf(await agent.open('/account/security'))).toMatch(/Passkeys 1 passkey View : Passkeys Recovery codes/);
    const { page } = await addPasskey(idp, person, createAuthenticator(), { agent });
    expect(codesIn(page)).toEqual([]);
    expect(wordsOf(await agent.open('/account/security'))).toContain('2 passkeys');
  });
});

// Last: the clock of an app would not know what time it is.
describe('the question', () => {
  it('is over after ten minutes, and can be asked for again', async () => {
    const { authenticator, visit } = await arrive();
    const asked = await visit.agent.submit(visit.page, { action: 'ask' });
    await idp.age(11);
    const late = await visit.agent.submit(asked, { credential: answerFor(idp, asked, authenticator) });
    expect([late.isElsewhere, titleOf(late).includes(passkeyTitle)]).toEqual([false, true]);
    expect((await giveFactor(idp, visit.agent, late, authenticator)).isElsewhere).toBe(true);
  });
});
