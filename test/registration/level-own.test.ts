// Raising one's level in the account, when no service asks for it: the same questions, the same limits, and back to the account.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { citizen } from '../support/people.ts';
import { race, tally } from '../support/race.ts';
import {
  answerAll,
  askForLevel,
  maria,
  mariasBirthdate,
  mariasPassport,
  mariasSnils,
  passportNumber,
} from '../support/level.ts';

const address = '/account/level';
const mismatch = passportNumber('000409');

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const openOwn = (person = maria, agent?: BrowserAgent) =>
  openAccount(idp, person, { path: address, ...(agent === undefined ? {} : { agent }) });
const answered = async (passport = mariasPassport, agent?: BrowserAgent) => {
  const own = await openOwn(maria, agent);
  return { agent: own.agent, check: await answerAll(own.agent, own.page, { passport }) };
};
const pathOf = ({ url }: PageView) => new URL(url, idp.issuer).pathname;
const title = (page: PageView) => titleOf(page).replace(/ — .*/, '');
const eventsOf = async () =>
  (await nativeCollection(idp.connection, 'journal').find().toArray()).filter(({ type }) =>
    String(type).startsWith('level-'),
  );
const levelOf = async () => (await idp.app.services.accounts.find(maria.id))?.level;
/** Asks the registry once more about what stands there. */
const ask = async (agent: BrowserAgent) => agent.submit(await agent.open(`${address}/check`), {});

describe('a person in their account', () => {
  it('is told what there is and what it takes, answers, reads what they have now, and is back', async () => {
    const { agent, page } = await openOwn();
    expect(pathOf(page)).toBe(address);
    expect(title(page)).toBe('How to get a standard account');
    expect(wordsOf(page)).toMatch(/Your account now basic.*You can get standard/);
    expect(wordsOf(page)).not.toMatch(/The service|Refuse/);

    const check = await answerAll(agent, page);
    expect(pathOf(check)).toBe(`${address}/check`);
    const raised = await agent.submit(check, {});
    expect(title(raised)).toBe('Your account is standard now');
    expect(raised.html).toContain('class="button main" href="/account"');
    expect(title(await agent.open(raised.url))).toBe('Your account is standard now');

    expect(await levelOf()).toBe('standard');
    expect(await eventsOf()).toEqual([
      expect.objectContaining({ type: 'level-raised', accountId: maria.id, clientId: null }),
    ]);
    expect((await readOutbox(idp)).map(({ to, purpose }) => [to, purpose])).toEqual([[maria.email, 'notice']]);
    expect(wordsOf(await agent.open('/account'))).toContain('standard');
  });

  it('may leave on every page, back to the account; what was answered waits', async () => {
    const { agent, page: first } = await openOwn();
    let page = first;
    for (const fields of [{}, mariasBirthdate, mariasSnils, mariasPassport]) {
      expect(pathOf(await agent.submit(page, { action: 'cancel' }))).toBe('/account');
      page = await agent.submit(await agent.open(page.url), fields);
    }
    expect(pathOf(await agent.submit(page, { action: 'cancel' }))).toBe('/account');
    expect(pathOf(await agent.submit(await agent.open(address), {}))).toBe(`${address}/check`);
    expect(await eventsOf()).toEqual([]);
  });

  it('who has standard reads how to get confirmed, and who has that is led back', async () => {
    const { agent, check } = await answered();
    await agent.submit(check, {});
    const next = await agent.open(address);
    expect(title(next)).toBe('How to get a confirmed account');
    expect(wordsOf(next)).toMatch(/Your account now standard.*You can get confirmed/);
    expect(wordsOf(next)).toContain('service centre');
    expect(pathOf(await agent.submit(next, {}))).toBe(address);
    expect(pathOf(await agent.submit(next, { action: 'cancel' }))).toBe('/account');

    const anna = await openOwn(citizen('anna'));
    expect(pathOf(anna.page)).toBe('/account');
  });

  it('signs in first, and comes back to the page that was opened', async () => {
    const agent = createBrowserAgent(idp.issuer);
    expect(titleOf(await agent.open(`${address}/snils`))).toContain('Sign in');
    expect(pathOf((await openOwn(maria, agent)).page)).toBe(address);
  });

  it('reads the pages in another language and gets more time, with what was typed', async () => {
    const { agent, check } = await answered();
    const passport = await agent.open(check.url.replace('check', 'passport'));
    const russian = await agent.submitTo(/redraw_in=ru/, passport, { ...mariasPassport, passport: '13 99' });
    expect(title(russian)).toBe('Ваш паспорт');
    expect(russian.html).toContain('value="13 99"');
    expect(wordsOf(russian)).toContain('Вернуться в учётную запись');
    await idp.age(50);
    const late = await agent.open(passport.url);
    expect(pathOf(late)).toBe(`${address}/passport`);
    await agent.submitTo(/more_time=yes/, late, mariasPassport);
    await idp.age(20);
    expect(pathOf(await agent.open(passport.url))).toBe(`${address}/passport`);
  });
});

describe('what goes wrong', () => {
  it('a mismatch is told without saying which, and can be corrected', async () => {
    const { agent, check } = await answered(mismatch);
    const result = await agent.submit(check, {});
    expect(title(result)).toBe('The details do not match the registry');
    expect(wordsOf(result)).toContain('4 tries are left today');
    await agent.submit(await agent.open(`${address}/passport`), mariasPassport);
    expect(title(await ask(agent))).toBe('Your account is standard now');
  });

  it('a registry that does not answer costs no try and nothing that was typed', async () => {
    const { agent, check } = await answered(passportNumber('000503'));
    let page = await agent.submit(check, {});
    for (let times = 0; times < 6; times += 1) {
      expect(title(page)).toBe('The registry does not answer just now');
      page = await agent.submit(page, {});
    }
    expect((await agent.open(`${address}/passport`)).html).toContain('value="13 10 000503"');
    expect(pathOf(await agent.submit(page, { action: 'cancel' }))).toBe('/account');
  });

  it('where there is no registry, the service centre is named', async () => {
    await idp.stop();
    idp = await startCivicId({ registry: 'none' });
    const { agent, page } = await openOwn();
    expect(title(page)).toBe('How to get a standard account');
    expect(wordsOf(page)).toContain('We cannot compare passport and SNILS with the registry here');
    expect(pathOf(await agent.open(`${address}/snils`))).toBe(address);
  });
});

describe('the limit of five questions a day', () => {
  const askTimes = async (agent: BrowserAgent, check: string, times: number): Promise<PageView> => {
    let result = await agent.submit(await agent.open(check), {});
    for (let asked = 1; asked < times; asked += 1) result = await agent.submit(await agent.open(check), {});
    return result;
  };

  it('is one for both ways, is told with a time, and ends after a day, not before', async () => {
    const own = await answered(mismatch);
    expect(wordsOf(await askTimes(own.agent, own.check.url, 3))).toContain('2 tries are left today');
    const asked = await askForLevel(idp);
    const check = await answerAll(asked.agent, asked.page, { passport: mismatch });
    const closed = await askTimes(asked.agent, check.url, 2);
    expect(title(closed)).toBe('No tries are left today');

    const here = await own.agent.open(address);
    expect(title(here)).toBe('No tries are left today');
    expect(wordsOf(here)).toMatch(/Try again in 24 hours/);
    expect(wordsOf(here)).toContain('Back to the account');
    expect(pathOf(await own.agent.submit(here, { action: 'cancel' }))).toBe('/account');

    await idp.age(24 * 60 - 1);
    const early = await openOwn(maria, createBrowserAgent(idp.issuer));
    expect(wordsOf(early.page)).toMatch(/Try again in (\d+ seconds|1 minute)/);
    await idp.age(1.5);
    const again = await answered(mismatch, createBrowserAgent(idp.issuer));
    expect(wordsOf(await again.agent.submit(again.check, {}))).toContain('4 tries are left today');
  });

  it('is each person’s own', async () => {
    const { agent, check } = await answered(mismatch);
    await askTimes(agent, check.url, 5);
    const rosa = await newPerson(idp, { level: 'basic' });
    const own = await openOwn(rosa);
    expect(title(own.page)).toBe('How to get a standard account');
    const hers = await answerAll(own.agent, own.page, { passport: mismatch });
    expect(wordsOf(await own.agent.submit(hers, {}))).toContain('4 tries are left today');
  });
});

describe('somebody else', () => {
  it('does not get on with another person’s answers', async () => {
    const { agent } = await answered();
    const cookie = /civic_level=([^;]+)/.exec(agent.cookieFor(address))?.[0] ?? '';
    const other = await openOwn(await newPerson(idp, { level: 'basic' }));
    const carrying = { Cookie: `${other.agent.cookieFor(address)}; ${cookie}` };
    expect((await other.agent.get(`${address}/check`, carrying)).headers['location']).toBe(address);
  });

  it('answers given in the account are not those of a service’s request, nor the other way round', async () => {
    const { agent } = await answered();
    const asked = await askForLevel(idp, { agent });
    expect((await agent.open(`${asked.page.url}/check`)).url).toBe(asked.page.url);
    await answerAll(agent, asked.page);
    expect(pathOf(await agent.open(`${address}/check`))).toBe(address);
  });

  it('who opens the browser after it was signed out meets the sign-in page', async () => {
    const { agent, check } = await answered();
    const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
    await accounts.updateOne({ _id: maria.id }, { $set: { state: 'disabled' } });
    expect(titleOf(await agent.submit(check, {}))).toContain('Sign in');
    expect(await levelOf()).toBe('basic');
  });
});

it('twenty presses at once are one question, one notice, and everybody reads that the level is raised', async () => {
  const { agent, check } = await answered();
  const { won, lost } = await race(20, () => agent.submit(check, {}));
  expect(lost).toEqual([]);
  const ends = Object.keys(tally(won.map(title)));
  expect(ends.filter((end) => end !== 'Comparing with the registry')).toEqual(['Your account is standard now']);
  expect((await eventsOf()).map(({ type }) => String(type))).toEqual(['level-raised']);
  expect(title(await agent.open(check.url))).toBe('Your account is standard now');
});
