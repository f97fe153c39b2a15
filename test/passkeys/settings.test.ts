// Passkeys in the account: added and taken away after a fresh proof, told each time, named by the person, and nobody's but theirs.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createAuthenticator, readOptions } from '../support/authenticator.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { addPasskey, openMaking, personWithPasskey, signInWithPasskey } from '../support/passkeys.ts';
import { race } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const listOf = ({ id }: { id: string }) => idp.app.services.passkeys.list(id);
const keyOf = async (person: { id: string }): Promise<string> => (await listOf(person))[0]?.id ?? '';
const toldOf = async (email: string | null, words: string): Promise<number> =>
  (await readOutbox(idp)).filter(({ to, text }) => to === email && text.includes(words)).length;

it('adds a passkey under the name that the person gave it, and tells them', async () => {
  const { person, authenticator, page } = await personWithPasskey(idp);
  expect(wordsOf(page)).toContain('The passkey is added');
  const { agent } = await signInWithPasskey(idp, authenticator);
  expect(wordsOf(await agent.open('/account/passkeys'))).toContain('Phone');
  expect(await toldOf(person.email, 'добавили ключ доступа')).toBe(1);
});

it('tells the authenticator nothing of the account but the login, and gives each account a handle of its own', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const { agent } = await signInWithPasskey(idp, authenticator);
  const { page } = await openMaking(idp, person, agent);
  const [passkey] = await listOf(person);
  expect(passkey?.userHandle).toHaveLength(43);
  expect(page.html).toContain(passkey?.userHandle ?? 'none');
  expect(page.html).toContain(passkey?.credentialId ?? 'none');
  expect(page.html).not.toContain(person.id.replaceAll('-', ''));
});

it.each([
  ['without the person being verified', { isVerified: false }],
  ['made on another site', { origin: 'http://elsewhere.example' }],
  ['for another site', { rpId: 'elsewhere.example' }],
  ['to another question', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
])('adds none %s', async (_what, lie) => {
  const person = await newPerson(idp);
  const { page } = await addPasskey(idp, person, createAuthenticator(), {
    lie,
  });
  expect(wordsOf(page)).toContain('The passkey is not added');
  expect(await listOf(person)).toEqual([]);
});

it.each(['', 'no JSON', '{}', 'null', 'x'.repeat(13_000)])(
  'adds none of what no authenticator sends (%#)',
  async (credential) => {
    const person = await newPerson(idp);
    const { agent, page } = await openMaking(idp, person);
    expect(wordsOf(await agent.submit(page, { credential }))).toContain('The passkey is not added');
  },
);

it('adds one of twenty equal answers', async () => {
  const person = await newPerson(idp);
  const { agent, page } = await openMaking(idp, person);
  const credential = createAuthenticator().create({
    ...readOptions(page.html),
    origin: idp.issuer.origin,
  });
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const body = new URLSearchParams({ csrf, credential }).toString();
  const { won } = await race(20, () => agent.post('/account/passkeys/new', body));
  expect(won.filter(({ text }) => text.includes('Save your recovery codes'))).toHaveLength(1);
  expect(await listOf(person)).toHaveLength(1);
});

it('does not add the passkey of somebody else', async () => {
  const { authenticator } = await personWithPasskey(idp);
  const other = await newPerson(idp);
  const { page } = await addPasskey(idp, other, authenticator);
  expect(wordsOf(page)).toContain('This passkey is added already');
  expect(await listOf(other)).toEqual([]);
});

it('asks for the password before a passkey is added or removed', async () => {
  const { person, agent } = await personWithPasskey(idp);
  await idp.age(6);
  expect(titleOf(await agent.open('/account/passkeys/add'))).toContain('Confirm');
  const list = await agent.open('/account/passkeys');
  expect(titleOf(await agent.submit(list, { remove: await keyOf(person) }))).toContain('Confirm');
  expect(await listOf(person)).toHaveLength(1);
});

it('renames a passkey, but not to nothing, and not somebody else’s', async () => {
  const { person, agent } = await personWithPasskey(idp);
  const key = await keyOf(person);
  const page = await agent.open(`/account/passkeys/rename?key=${key}`);
  expect((await agent.submit(page, { name: ' \u202e ' })).status).toBe(422);
  expect((await agent.submit(page, { name: 'x'.repeat(41) })).status).toBe(422);
  expect(wordsOf(await agent.submit(page, { name: '  Дом\u202e  <b>' }))).toContain('Дом <b>');

  const { person: other } = await personWithPasskey(idp);
  await agent.submit(page, { key: await keyOf(other), name: 'mine' });
  expect((await listOf(other))[0]?.name).toBe('Phone');
});

it('removes a passkey, which opens nothing any more, and tells the person; not somebody else’s', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const { person: other } = await personWithPasskey(idp);
  const { agent } = await signInWithPasskey(idp, authenticator);
  const list = await agent.open('/account/passkeys');
  await agent.submit(list, { remove: await keyOf(other) });
  expect(await listOf(other)).toHaveLength(1);

  const asked = await agent.submit(list, { remove: await keyOf(person) });
  expect(wordsOf(asked)).toContain('This is your last second step');
  expect(await listOf(person)).toHaveLength(1);
  expect(wordsOf(await agent.submit(asked, { remove: await keyOf(person) }))).toContain('The passkey is removed');
  expect(await idp.app.services.secondFactors.of(person.id)).toMatchObject({ passkeys: 0, recoveryCodesLeft: 0 });
  expect(await toldOf(person.email, 'удалили ключ доступа')).toBe(1);
  expect((await signInWithPasskey(idp, authenticator)).page.status).toBe(422);
});

it('keeps the last passkey of somebody who has no password', async () => {
  const { person, authenticator } = await personWithPasskey(idp);
  const { agent } = await signInWithPasskey(idp, authenticator);
  const list = await agent.open('/account/passkeys');
  await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(
    { _id: person.id },
    { $unset: { passwordVerifier: 1 } },
  );
  expect(wordsOf(await agent.submit(list, { remove: await keyOf(person) }))).toContain(
    'This is the only way to sign in',
  );
  expect(await listOf(person)).toHaveLength(1);
});

it('shows the passkeys to nobody who is not signed in', async () => {
  const { page } = await openAccount(idp, await newPerson(idp), {
    path: '/account/passkeys',
  });
  expect(wordsOf(page)).toContain('There are no passkeys yet');
});
