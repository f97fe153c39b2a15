// What a person says of themselves: theirs to give, change and take back; a date of birth only while no registry has confirmed it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies } from '../support/clever-input.ts';
import { noticesTo } from '../support/contacts.ts';
import { newReadyPerson, pathOf, type ReadyPerson } from '../support/pin-setting.ts';
import { failuresOf, postForm } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const path = '/account/profile/details';
const open = (person: ReadyPerson) => openAccount(idp, person, { path });
const profileOf = async ({ id }: { id: string }) => (await idp.app.services.accounts.find(id))?.profile;
const changes = ({ id }: { id: string }) =>
  nativeCollection(idp.connection, 'journal').find({ accountId: id, type: 'profile-changed' }).toArray();
const born = (day: string, month: string, year: string) => ({
  birthdate_day: day,
  birthdate_month: month,
  birthdate_year: year,
});
const given = { nickname: 'Розочка', gender: 'female', ...born('7', '3', '1990') };

describe('a basic account', () => {
  it('gives its details after a fresh proof, told on every contact, and written down without the words', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    await idp.age(6);
    const proof = await agent.open(path);
    expect(pathOf(proof)).toBe('/account/proof/profile/details');
    await agent.submit(proof, { password: person.password });
    const done = await agent.submit(page, given);
    expect([pathOf(done), wordsOf(done).includes('The details are changed')]).toEqual(['/account/profile', true]);
    for (const said of ['Розочка', '7 March 1990', 'Female']) expect(wordsOf(done)).toContain(said);
    expect(await profileOf(person)).toMatchObject({ nickname: 'Розочка', gender: 'female', birthdate: '1990-03-07' });
    for (const to of [person.phone, person.email])
      expect((await noticesTo(idp, to)).map(({ text }) => text.includes('/not-me/'))).toEqual([true]);
    expect(JSON.stringify(await changes(person))).not.toMatch(/Розочка|1990/);
    expect(await changes(person)).toHaveLength(1);
    expect(wordsOf(await agent.open('/account/history?group=changes'))).toContain('details');
  });

  it('takes all of it back', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    await agent.submit(page, given);
    await agent.submit(await agent.open(path), { nickname: ' ', gender: '', ...born('', '', '') });
    const profile = await profileOf(person);
    expect([profile?.nickname, profile?.gender, profile?.birthdate]).toEqual([undefined, undefined, undefined]);
    expect(profile).toMatchObject({ familyName: 'Ветрова', locale: 'en' });
  });

  it.each([
    ['half a date', { ...given, birthdate_day: '' }, 'Enter the day'],
    ['a day that there is not', { ...given, ...born('31', '2', '1990') }, 'no such day'],
    ['a day to come', { ...given, ...born('1', '1', '2990') }, 'still to come'],
    ['a day of another century', { ...given, ...born('1', '1', '1890') }, 'no such day'],
    ['a name that is none', { ...given, nickname: '<b>1</b>' }, 'Check what to call you'],
  ])('is told of %s, with what was typed', async (_what, typed, said) => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    const refused = await agent.submit(page, typed);
    expect([refused.status, titleOf(refused)]).toEqual([422, expect.stringContaining('Error')]);
    expect(wordsOf(refused)).toContain(said);
    expect(refused.html).not.toContain('<b>1</b>');
    expect(await changes(person)).toEqual([]);
  });

  it('takes no clever text, no other gender and no form but its own', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    for (const nickname of ['<script>1</script>', 'А'.repeat(101), '\u0000', '\u202eабв', '1', '{"$ne":""}']) {
      const answer = await postForm(agent, page, { ...given, nickname });
      expect([nickname, answer.status]).toEqual([nickname, 422]);
    }
    expect((await postForm(agent, page, { ...given, gender: 'admin' })).status).toBe(400);
    const csrf = new URLSearchParams({ csrf: readForm(page.html).hidden['csrf'] ?? '' }).toString();
    for (const body of [...cleverNames('nickname'), ...strangeBodies.map(([, one]) => one)]) {
      const { status } = await agent.post(path, `${csrf}&${body}`);
      expect([body, status >= 400 && status < 500]).toEqual([body, true]);
    }
    expect(await changes(person)).toEqual([]);
  });
});

describe('an account whose date of birth a registry has confirmed', () => {
  it('keeps it, asked for or not, and changes the rest', async () => {
    const person = await newReadyPerson(idp, { profile: { birthdate: '1980-01-02' } });
    const { agent, page } = await open(person);
    expect(page.html).not.toContain('birthdate_day');
    await postForm(agent, page, given);
    expect(await profileOf(person)).toMatchObject({ nickname: 'Розочка', birthdate: '1980-01-02' });
  });

  it('keeps it where the level is raised at the same moment', async () => {
    const person = await newReadyPerson(idp, { level: 'basic' });
    const { agent, page } = await open(person);
    const { accounts, inTransaction } = idp.app.services;
    const raised = { level: 'standard', documents: {}, profile: { birthdate: '1980-01-02' } } as const;
    await inTransaction((tx) => accounts.raise(tx, person.id, raised));
    await agent.submit(page, given);
    expect(await profileOf(person)).toMatchObject({ nickname: 'Розочка', birthdate: '1980-01-02' });
  });
});

it('an ended session changes nothing', async () => {
  const person = await newReadyPerson(idp, { level: 'basic' });
  const { agent, page } = await open(person);
  const { accounts, inTransaction } = idp.app.services;
  await inTransaction((tx) => accounts.markAllSessionsEnded(tx, person.id));
  expect(titleOf(await agent.submit(page, given))).toContain('Sign in');
  expect(await changes(person)).toEqual([]);
});
