// A person's own data: what a registry confirmed is read-only with the reason, the rest is theirs; what is chosen is what happens.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies } from '../support/clever-input.ts';
import { noticesTo } from '../support/contacts.ts';
import { citizen } from '../support/people.ts';
import { newReadyPerson, pathOf, type ReadyPerson } from '../support/pin-setting.ts';
import { race } from '../support/race.ts';
import { failuresOf, postForm } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const open = async (person: ReadyPerson, path = '/account/profile') => openAccount(idp, person, { path });
const profileOf = async ({ id }: { id: string }) => (await idp.app.services.accounts.find(id))?.profile;
const changes = ({ id }: { id: string }) =>
  nativeCollection(idp.connection, 'journal').find({ accountId: id, type: 'profile-changed' }).toArray();
const preferences = { language: 'en', zone: 'Europe/Lisbon', notices: 'new' };

describe('the page', () => {
  it('shows documents masked, and why a confirmed name cannot be changed', async () => {
    const anna = citizen('anna');
    const { page } = await openAccount(idp, anna, { path: '/account/profile' });
    const words = wordsOf(page);
    expect(words).toContain('14 March 1988');
    expect(words).toMatch(/•••-•••-\d{3} \d{2}/);
    expect(page.html).not.toContain(String(anna.passport?.number));
    expect(page.html).not.toContain(String(anna.inn));
    expect(words).toContain('compared with the registry');
    expect(page.html).not.toContain('href="/account/profile/name"');
  });

  it('leads whoever types the address of the name page back, and takes no name from them', async () => {
    const person = await newReadyPerson(idp, { level: 'standard' });
    const { agent, page } = await open(person, '/account/profile/name');
    expect(pathOf(page)).toBe('/account/profile');
    const csrf = readForm(page.html).hidden['csrf'] ?? '';
    const body = new URLSearchParams({ csrf, family_name: 'Новая', given_name: 'Роза', middle_name: '' }).toString();
    expect((await agent.post('/account/profile/name', body)).headers['location']).toBe('/account/profile');
    expect(await profileOf(person)).toMatchObject({ familyName: 'Ветрова' });
  });
});

describe('the name of a basic account', () => {
  const newName = { family_name: 'Лугова', given_name: 'Роза', middle_name: 'Ильинична' };

  it('is changed after a fresh proof, told on every contact, and written down without its words', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent } = await open(person);
    await idp.age(6);
    const proof = await agent.open('/account/profile/name');
    expect(pathOf(proof)).toBe('/account/proof/profile/name');
    const page = await agent.submit(proof, { password: person.password });
    const done = await agent.submit(page, newName);
    expect([pathOf(done), wordsOf(done).includes('The name is changed')]).toEqual(['/account/profile', true]);
    expect(await profileOf(person)).toMatchObject({ familyName: 'Лугова', middleName: 'Ильинична' });
    for (const to of [person.phone, person.email])
      expect((await noticesTo(idp, to)).map(({ text }) => text.includes('/not-me/'))).toEqual([true]);
    expect(JSON.stringify(await changes(person))).not.toContain('Лугова');
    expect(await changes(person)).toHaveLength(1);
  });

  it('is refused where it is none, with what was typed', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person, '/account/profile/name');
    const refused = await agent.submit(page, { ...newName, family_name: '12', given_name: '' });
    expect([refused.status, titleOf(refused)]).toEqual([422, expect.stringContaining('Error')]);
    expect(wordsOf(refused)).toContain('Enter your');
    expect(refused.html).toContain('value="12"');
    expect(await changes(person)).toEqual([]);
  });

  it('stays as the registry says it, where the level is raised at the same moment', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person, '/account/profile/name');
    const { accounts, inTransaction } = idp.app.services;
    await inTransaction((tx) => accounts.raise(tx, person.id, { level: 'standard', documents: {} }));
    expect(pathOf(await agent.submit(page, newName))).toBe('/account/profile');
    expect(await profileOf(person)).toMatchObject({ familyName: 'Ветрова' });
  });

  it('may lose its middle part', async () => {
    const person = await newReadyPerson(idp, { level: 'basic', profile: { middleName: 'Ильинична' } });
    const { agent, page } = await open(person, '/account/profile/name');
    await agent.submit(page, { ...newName, middle_name: '' });
    expect((await profileOf(person))?.middleName).toBeUndefined();
  });
});

describe('preferences', () => {
  it('are saved: messages and pages speak the language from then on', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    const saved = await agent.submit(page, { ...preferences, language: 'pt' });
    expect(titleOf(saved)).toContain('Os seus dados');
    expect(wordsOf(saved)).toContain('Guardado');
    expect(titleOf(await agent.open('/account/contacts'))).toContain('Contactos');
    expect(await profileOf(person)).toMatchObject({ locale: 'pt', zoneinfo: 'Europe/Lisbon' });
    await agent.submit(await agent.open('/account/profile/name'), {
      family_name: 'А',
      given_name: 'Б',
      middle_name: '',
    });
    expect((await noticesTo(idp, person.email))[0]?.subject).toContain('O seu nome');
  });

  it('take no zone and no language that the page does not offer', async () => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await open(person);
    await agent.submit(page, { ...preferences, zone: 'Mars/Olympus' });
    expect((await profileOf(person))?.zoneinfo).toBe('Europe/Moscow');
    expect((await postForm(agent, page, { ...preferences, language: 'xx' })).status).toBe(400);
    expect((await postForm(agent, page, { ...preferences, notices: 'none' })).status).toBe(400);
  });

  it('tell of every sign-in only whoever wants it; at first nobody is told of a known browser', async () => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await open(person);
    await open(person);
    expect(await noticesTo(idp, person.email)).toEqual([]);
    await agent.submit(page, { ...preferences, notices: 'every' });
    await open(person);
    const [told] = await noticesTo(idp, person.email);
    expect([told?.subject, told?.text]).toEqual(['Sign-in to Civic ID', expect.stringContaining('/not-me/')]);
    await agent.submit(await agent.open('/account/profile'), preferences);
    await open(person);
    expect(await noticesTo(idp, person.email)).toHaveLength(1);
  });

  it('sent twenty times at once leave no error', async () => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await open(person);
    const { won, lost } = await race(20, () => postForm(agent, page, { ...preferences, notices: 'every' }));
    expect(lost).toEqual([]);
    expect(new Set(won.map(({ status }) => status))).toEqual(new Set([303]));
  });

  it('of a session that has ended meanwhile are not saved', async () => {
    const person = await newReadyPerson(idp);
    const { agent, page } = await open(person);
    const { accounts, inTransaction } = idp.app.services;
    await inTransaction((tx) => accounts.markAllSessionsEnded(tx, person.id));
    await agent.submit(page, { ...preferences, language: 'pt' });
    expect((await profileOf(person))?.locale).toBe('en');
  });
});

describe('what is typed', () => {
  const forms = [
    ['/account/profile', ['language', 'zone', 'notices']],
    ['/account/profile/name', ['family_name', 'given_name', 'middle_name']],
  ] as const;

  it.each(forms)('at %s is text and nothing cleverer', async (path, fields) => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person, path);
    const { action, hidden } = readForm(page.html);
    const csrf = `csrf=${encodeURIComponent(hidden['csrf'] ?? '')}`;
    const bodies = [...fields.flatMap(cleverNames), ...strangeBodies.map(([, body]) => body)];
    for (const body of bodies) expect((await agent.post(action, `${csrf}&${body}`)).status).toBe(400);
    expect((await agent.post(action, 'zone=x')).status).toBe(403);
    expect(await changes(person)).toEqual([]);
  });
});
