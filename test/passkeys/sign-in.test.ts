// A passkey opens the account without a password, once for each question, and only for the site and the person that it was made for.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createAuthenticator } from '../support/authenticator.ts';
import { readForm, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { pressNotMe, tellOf } from '../support/not-me.ts';
import { readOutbox } from '../support/new-device.ts';
import { answerFor, openPasskeySignIn, personWithPasskey, signInWithPasskey } from '../support/passkeys.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const isIn = (page: PageView): boolean => titleOf(page).includes('Роза');
const refused = 'This passkey could not be used to sign in';
const journalOf = (accountId: string, type: string) =>
  nativeCollection(idp.connection, 'journal').countDocuments({
    accountId,
    type,
  });
const toldOf = async (email: string | null, words: string): Promise<number> =>
  (await readOutbox(idp)).filter(({ to, text }) => to === email && text.includes(words)).length;

it('signs in without a password, and tells the person of the new browser', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const { page } = await signInWithPasskey(idp, authenticator);
  expect(isIn(page)).toBe(true);
  expect(await toldOf(person.email, 'вошли')).toBe(1);
  expect((await signInWithPasskey(idp, authenticator)).page.status).toBe(200);
});

it('gives the service the level of a second factor, and says what it was', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const service = await newService(idp, { first_party: true });
  const request = await service.begin({
    acr_values: 'urn:civic-id:acr:second-factor',
  });
  const { agent, page } = await openPasskeySignIn(idp, { path: request.url });
  const { url } = await agent.submit(page, {
    credential: answerFor(idp, page, authenticator),
  });
  const claims = (await request.finish(url)).claims();
  expect(claims).toMatchObject({
    acr: 'urn:civic-id:acr:second-factor',
    amr: ['hwk', 'user', 'mfa'],
  });
});

it.each([
  ['without the person being verified', { isVerified: false }],
  ['made on another site', { origin: 'http://elsewhere.example' }],
  ['for another site', { rpId: 'elsewhere.example' }],
  ['to another question', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['of another kind', { type: 'webauthn.create' }],
])('refuses an answer %s, as it refuses an unknown passkey', async (_what, lie) => {
  const { authenticator } = await personWithPasskey(idp);
  const { page } = await signInWithPasskey(idp, authenticator, lie);
  const { page: unknown } = await signInWithPasskey(idp, createAuthenticator());
  expect(page.status).toBe(422);
  expect(wordsOf(page)).toContain(refused);
  const reference = /[A-Z2-9]{5}-[A-Z2-9]{5}/;
  expect(wordsOf(page).replace(reference, '')).toBe(wordsOf(unknown).replace(reference, ''));
});

it.each(['', 'no JSON', '{}', '[]', 'null', '{"id":{"$ne":1}}', 'x'.repeat(13_000), '"'.repeat(2000)])(
  'answers what no authenticator sends with the same page (%#)',
  async (credential) => {
    const { agent, page } = await openPasskeySignIn(idp);
    const answer = await agent.submit(page, { credential });
    expect(answer.status).toBe(422);
    expect(wordsOf(answer)).toContain(refused);
  },
);

it('takes one answer to a question: after a wrong one, a right one to the same question opens nothing', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const { agent, page } = await openPasskeySignIn(idp);
  await agent.submit(page, {
    credential: answerFor(idp, page, authenticator, { isVerified: false }),
  });
  const late = await agent.submit(page, {
    credential: answerFor(idp, page, authenticator),
  });
  expect(wordsOf(late)).toContain(refused);
});

it('takes no answer that opened another sign-in', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const first = await openPasskeySignIn(idp);
  const credential = answerFor(idp, first.page, authenticator);
  expect(isIn(await first.agent.submit(first.page, { credential }))).toBe(true);
  const second = await openPasskeySignIn(idp);
  expect(wordsOf(await second.agent.submit(second.page, { credential }))).toContain(refused);
});

it('lets one of twenty equal answers in', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const before = await journalOf(person.id, 'sign-in');
  const { agent, page, uid } = await openPasskeySignIn(idp);
  const { hidden } = readForm(page.html);
  const body = new URLSearchParams({
    ...hidden,
    credential: answerFor(idp, page, authenticator),
  }).toString();
  const { won } = await race(20, () => agent.post(`/interaction/${uid}/passkey`, body));
  expect(Object.keys(tally(won.map(({ status }) => status)))).toEqual(['303']);
  expect(await journalOf(person.id, 'sign-in')).toBe(before + 1);
});

it('refuses a counter that goes back, and says so to the person', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  await signInWithPasskey(idp, authenticator, { counter: 7 });
  const { page } = await signInWithPasskey(idp, authenticator, { counter: 7 });
  expect(wordsOf(page)).toContain(refused);
  expect(await journalOf(person.id, 'passkey-copied')).toBe(1);
  expect(await toldOf(person.email, 'счётчик отстаёт')).toBe(1);
  expect(isIn((await signInWithPasskey(idp, authenticator, { counter: 8 })).page)).toBe(true);
});

it('is over after ten minutes', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const { agent, page } = await openPasskeySignIn(idp);
  await idp.age(11);
  const answer = await agent.submit(page, {
    credential: answerFor(idp, page, authenticator),
  });
  expect(isIn(answer)).toBe(false);
  expect(titleOf(answer)).toContain('Sign in');
});

it('takes no form of another browser', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const { agent, page, uid } = await openPasskeySignIn(idp);
  const body = new URLSearchParams({
    csrf: 'x',
    credential: answerFor(idp, page, authenticator),
  }).toString();
  expect((await agent.post(`/interaction/${uid}/passkey`, body)).status).toBe(403);
  expect((await agent.post(`/interaction/${uid}/passkey/begin`, 'csrf=x')).status).toBe(403);
});

it('lets nobody in whose account is disabled', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const account = { _id: person.id } as const;
  await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(account, {
    $set: { state: 'disabled' },
  });
  expect(wordsOf((await signInWithPasskey(idp, authenticator)).page)).toContain(refused);
});

it('“this was not me” takes all passkeys away, in the middle of a sign-in too', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const link = await tellOf(idp, person);
  const { agent, page } = await openPasskeySignIn(idp);
  const credential = answerFor(idp, page, authenticator);
  await pressNotMe(idp, link);
  expect(wordsOf(await agent.submit(page, { credential }))).toContain(refused);
  expect(await idp.app.services.passkeys.list(person.id)).toEqual([]);
});
