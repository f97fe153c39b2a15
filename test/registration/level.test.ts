// A service that needs to know who somebody is: their level is raised on the way, or the service is told that it was not.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { readOutbox } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import {
  answerAll,
  askForLevel,
  levelClaim,
  maria,
  mariasBirthdate,
  mariasPassport,
  mariasSnils,
  needing,
  needsStandard,
  passportNumber,
} from '../support/level.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const levelOf = async (id = maria.id) => (await idp.app.services.accounts.find(id))?.level;
const eventsOf = async (): Promise<string[]> =>
  (await nativeCollection(idp.connection, 'journal').find().toArray())
    .map(({ type }) => String(type))
    .filter((type) => type.startsWith('level-'));
const answeredBy = async (person = maria, passport = mariasPassport) => {
  const asked = await askForLevel(idp, { person });
  return { ...asked, check: await answerAll(asked.agent, asked.page, { passport }) };
};
const errorOf = async (finished: Promise<unknown>) =>
  finished.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('a person whose level is too low', () => {
  it('is told what is needed, answers, and goes on to the service, which learns the level', async () => {
    const { agent, request, page } = await askForLevel(idp);
    expect(titleOf(page)).toContain('A standard account is needed');
    expect(wordsOf(page)).toContain('Your account now basic');
    const check = await answerAll(agent, page);
    expect(wordsOf(check)).toMatch(/Name Зайцева Мария/);
    for (const shown of ['17 May 1990', '181-234-567 56', '13 10 269374', '1 June 2010'])
      expect(wordsOf(check)).toContain(shown);

    const raised = await agent.submit(check, {});
    expect(titleOf(raised)).toContain('Your account is standard now');
    const tokens = await request.finish((await agent.submit(raised, {})).url);
    expect(tokens.claims()?.[levelClaim]).toBe('standard');
    expect(await eventsOf()).toEqual(['level-raised']);
    expect((await readOutbox(idp)).map(({ to, purpose }) => [to, purpose])).toEqual([[maria.email, 'notice']]);
  });

  it('has the documents on file from then on, signs in with the SNILS, and is not asked again', async () => {
    const { agent, check } = await answeredBy();
    await agent.submit(await agent.submit(check, {}), {});
    const account = await idp.app.services.accounts.find(maria.id);
    expect(account?.profile).toMatchObject({ familyName: 'Зайцева', birthdate: '1990-05-17' });
    expect(await idp.app.services.accounts.readDocuments(maria.id)).toEqual({
      snils: '18123456756',
      passport: { series: '1310', number: '269374', issueDate: '2010-06-01' },
    });

    const other = await askForLevel(idp, { person: { ...maria, email: mariasSnils.snils } });
    expect(other.page.isElsewhere).toBe(true);
    expect((await other.request.finish(other.page.url)).claims()?.[levelClaim]).toBe('standard');
  });

  it('may refuse on every page: the service gets access_denied, and why', async () => {
    for (const answered of [0, 1, 2, 3, 4]) {
      const { agent, request, page: offer } = await askForLevel(idp);
      let page = offer;
      for (const fields of [{}, mariasBirthdate, mariasSnils, mariasPassport].slice(0, answered))
        page = await agent.submit(page, fields);
      const refused = await agent.submit(page, { action: 'cancel' });
      expect(await errorOf(request.finish(refused.url))).toMatchObject({
        error: 'access_denied',
        error_description: "the person's assurance level is not sufficient",
      });
    }
    expect(await eventsOf()).toEqual(Array(5).fill('level-refused'));
  });

  it('finds every answer again: after a refresh, a way back, another language, more time', async () => {
    const { agent, check } = await answeredBy();
    const at = (page: string) => check.url.replace('check', page);
    expect((await agent.open(at('birthdate'))).html).toContain('value="1990"');
    expect((await agent.open(at('snils'))).html).toContain('value="181-234-567 56"');
    expect((await agent.open(at('passport'))).html).toContain('value="13 10 269374"');

    const passport = await agent.open(at('passport'));
    const russian = await agent.submitTo(/redraw_in=ru/, passport, { ...mariasPassport, passport: '13 99' });
    expect(titleOf(russian)).toContain('Ваш паспорт');
    expect(russian.html).toContain('value="13 99"');
    const longer = await agent.submitTo(/more_time=yes/, passport, { ...mariasPassport, passport: '13 98' });
    expect(longer.html).toContain('value="13 98"');

    const changed = await agent.submit(await agent.open(at('snils')), { snils: '112-233-445 95' });
    expect(changed.url).toMatch(/\/check$/);
    expect(wordsOf(changed)).toContain('112-233-445 95');
  });

  it('is led to the next question whatever is opened', async () => {
    const { agent, page } = await askForLevel(idp);
    for (const further of ['birthdate', 'snils', 'check', 'result'])
      expect((await agent.open(`${page.url}/${further}`)).url).toBe(page.url);
    await agent.submit(page, {});
    for (const further of ['snils', 'passport', 'check', 'result'])
      expect((await agent.open(`${page.url}/${further}`)).url).toMatch(/\/birthdate$/);
  });
});

describe('a service asks for', () => {
  const table: [string, Record<string, string>, string, string][] = [
    ['a level, voluntarily', needing({ values: ['standard'] }), 'maria', 'answered'],
    ['a level, said to be voluntary', needing({ essential: false, value: 'confirmed' }), 'maria', 'answered'],
    ['the claim alone', needing(null), 'maria', 'answered'],
    ['any level, essentially', needing({ essential: true }), 'maria', 'answered'],
    ['the lowest level', needing({ essential: true, value: 'basic' }), 'maria', 'answered'],
    ['the lowest or the highest', needing({ essential: true, values: ['confirmed', 'basic'] }), 'maria', 'answered'],
    ['standard, of somebody who has more', needsStandard, 'anna', 'answered'],
    ['standard, as a value', needing({ essential: true, value: 'standard' }), 'maria', 'A standard account is needed'],
    ['confirmed', needing({ essential: true, values: ['confirmed'] }), 'maria', 'A confirmed account is needed'],
    [
      'confirmed or standard',
      needing({ essential: true, values: ['confirmed', 'standard'] }),
      'maria',
      'A standard account is needed',
    ],
    [
      'standard or unknown',
      needing({ essential: true, values: ['gold', 'standard'] }),
      'maria',
      'A standard account is needed',
    ],
    [
      'what nobody can reach',
      needing({ essential: true, values: ['gold'] }),
      'anna',
      'unmet_authentication_requirements',
    ],
    ['value and values', needing({ essential: true, value: 'basic', values: ['basic'] }), 'anna', 'invalid_request'],
    ['a number', needing({ essential: true, value: 2 }), 'anna', 'invalid_request'],
    ['more than a claim holds', needing({ essential: true, at_least: 'basic' }), 'anna', 'invalid_request'],
    [
      'a level in userinfo',
      { claims: JSON.stringify({ userinfo: { [levelClaim]: { essential: true, value: 'standard' } } }) },
      'anna',
      'invalid_request',
    ],
  ];
  const told = (page: PageView): string => {
    if (!page.isElsewhere) return titleOf(page).replace(/ — .*/, '');
    return new URL(page.url).searchParams.get('error') ?? 'answered';
  };

  it.each(table)('%s', async (_what, parameters, who, outcome) => {
    const { agent, request, page } = await askForLevel(idp, { person: citizen(who), parameters });
    expect(told(page)).toBe(outcome);
    if (outcome !== 'answered' || _what === 'any level, essentially') return;
    expect((await request.finish(page.url)).claims()).toHaveProperty([levelClaim]);
    expect(agent.cookieFor(idp.issuer.href)).not.toContain('civic_level');
  });

  it('a level with prompt=none: interaction_required', async () => {
    const { agent, service } = await askForLevel(idp, { parameters: {} });
    const silent = await service.begin({ ...needsStandard, prompt: 'none' });
    const answer = await agent.open(silent.url);
    expect(await errorOf(silent.finish(answer.url))).toMatchObject({ error: 'interaction_required' });
  });

  it('confirmed, which no page gives: the person reads who does, and goes back', async () => {
    const parameters = needing({ essential: true, value: 'confirmed' });
    const { agent, request, page } = await askForLevel(idp, { parameters });
    expect(wordsOf(page)).toContain('service centre');
    expect(wordsOf(page)).toContain('8 800 000-00-00');
    expect((await agent.submit(page, {})).url).toBe(page.url);
    const back = await agent.submit(page, { action: 'cancel' });
    expect(await errorOf(request.finish(back.url))).toMatchObject({ error: 'access_denied' });
  });

  it('a level, and the consent page comes after it', async () => {
    const { agent, request, page } = await askForLevel(idp, { changes: {} });
    const consent = await agent.submit(await agent.submit(await answerAll(agent, page), {}), {});
    expect(titleOf(consent)).toContain('What the service will learn about you');
    expect(wordsOf(consent)).toContain('standard');
    const tokens = await request.finish((await agent.submit(consent, {})).url);
    expect(tokens.claims()?.[levelClaim]).toBe('standard');
  });
});

describe('what does not match', () => {
  it('is told without saying which, five times, then tomorrow again, five times', async () => {
    const { agent, check } = await answeredBy(maria, passportNumber('000409'));
    const left: string[] = [];
    let result = check;
    for (let times = 0; times < 5; times += 1) {
      result = await agent.submit(await agent.open(check.url), {});
      left.push(/\d+ (try is|tries are) left today/.exec(wordsOf(result))?.[0] ?? titleOf(result));
    }
    expect(left.map((words) => words.replace(/ (try is|tries are) left today$/, ''))).toEqual([
      '4',
      '3',
      '2',
      '1',
      expect.stringContaining('No tries are left today'),
    ]);
    expect(wordsOf(result)).toMatch(/Try again in 24 hours/);
    expect(await eventsOf()).toEqual(Array(5).fill('level-check-failed'));

    const closed = await agent.open(check.url);
    expect(titleOf(closed)).toContain('No tries are left today');
    await idp.age(24 * 60 + 1);
    const tomorrow = await askForLevel(idp);
    const again = await answerAll(tomorrow.agent, tomorrow.page, { passport: passportNumber('000409') });
    expect(wordsOf(await tomorrow.agent.submit(again, {}))).toContain('4 tries are left today');
    const corrected = await tomorrow.agent.submit(
      await tomorrow.agent.open(again.url.replace('check', 'passport')),
      mariasPassport,
    );
    expect(titleOf(await tomorrow.agent.submit(corrected, {}))).toContain('Your account is standard now');
  });

  it('is one page, whatever it was: unknown, otherwise known, or the documents of somebody else', async () => {
    const pages: string[] = [];
    const wrong = [
      { passport: passportNumber('000404') },
      { passport: passportNumber('000409') },
      { birthdate: { ...mariasBirthdate, birthdate_day: '18' } },
      { snils: { snils: '112-233-445 95' } },
      { snils: { snils: '112-233-445 95' }, passport: passportNumber('000200') },
    ];
    for (const given of wrong) {
      const { agent, page } = await askForLevel(idp);
      const result = await agent.submit(await answerAll(agent, page, given), {});
      pages.push(wordsOf(result).replace(/Service \d+|service-\d+|\d+ tr(y is|ies are)|[A-Z0-9]{5}-[A-Z0-9]{5}/g, ''));
      await nativeCollection(idp.connection, 'attempts').deleteMany({});
    }
    expect(new Set(pages).size).toBe(1);
    expect(await levelOf()).toBe('basic');
    expect(await eventsOf()).toEqual([...Array(4).fill('level-check-failed'), 'level-check-taken']);
    expect(await readOutbox(idp)).toEqual([]);
  });
});

describe('a registry that is down', () => {
  it('costs no try and nothing that was typed: one button, and it goes on', async () => {
    const { agent, check } = await answeredBy(maria, passportNumber('000503'));
    let page = await agent.submit(check, {});
    for (let times = 0; times < 6; times += 1) {
      expect(titleOf(page)).toContain('The registry does not answer just now');
      page = await agent.submit(page, {});
    }
    expect(await eventsOf()).toEqual(Array(7).fill('level-check-unavailable'));
    const corrected = await agent.submit(await agent.open(check.url.replace('check', 'passport')), mariasPassport);
    expect(titleOf(await agent.submit(corrected, {}))).toContain('Your account is standard now');
  });

  it('is not there at all: the service centre is named', async () => {
    await idp.stop();
    idp = await startCivicId({ registry: 'none' });
    const { page } = await askForLevel(idp);
    expect(titleOf(page)).toContain('A standard account is needed');
    expect(wordsOf(page)).toContain('We cannot compare passport and SNILS with the registry here');
  });
});

describe('somebody else', () => {
  it('does not get on with another person’s answers, nor in another request', async () => {
    const { agent, check } = await answeredBy();
    const cookie = /civic_level=([^;]+)/.exec(agent.cookieFor(check.url))?.[0] ?? '';
    const other = await askForLevel(idp, { agent: createBrowserAgent(idp.issuer) });
    const path = new URL(other.page.url).pathname;
    const stolen = await other.agent.get(`${path}/check`, {
      Cookie: `${other.agent.cookieFor(other.page.url)}; ${cookie}`,
    });
    expect(stolen.headers['location']).toBe(path);

    const second = await askForLevel(idp, { agent });
    expect((await agent.open(`${second.page.url}/check`)).url).toBe(second.page.url);
  });

  it('does not see the page of another browser’s request', async () => {
    const { check } = await answeredBy();
    const stranger = createBrowserAgent(idp.issuer);
    const page = await stranger.open(check.url);
    expect(page.html).not.toContain('269374');
    expect(page.html).not.toContain('Зайцева');
  });

  it('who is signed out meanwhile meets the sign-in page', async () => {
    const { agent, check } = await answeredBy();
    await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(
      { _id: maria.id },
      { $set: { state: 'disabled' } },
    );
    const page = await agent.submit(check, {});
    expect(titleOf(page)).toContain('Sign in');
    expect(await levelOf()).toBe('basic');
  });
});

describe('a mistake', () => {
  const huge = '1'.repeat(15_000);
  it('in the birth date is told beside it, and what was typed stays', async () => {
    const { agent, page } = await askForLevel(idp);
    const question = await agent.submit(page, {});
    const dates: [string, string, string, RegExp][] = [
      ['', '', '', /Enter the day, month and year of your birth/],
      ['17', '', '1990', /Enter the day, month and year of your birth/],
      ['31', '02', '1990', /there is no such day/],
      ['29', '2', '1991', /there is no such day/],
      ['0', '0', '0000', /there is no such day/],
      ['1', '1', '1899', /there is no such day/],
      ['1', '13', '1990', /there is no such day/],
      ['О1', '1', '1990', /there is no such day/],
      ['١٧', '٥', '١٩٩٠', /there is no such day/],
      ['1e1', '5', '1990', /there is no such day/],
      ['-1', '5', '1990', /there is no such day/],
      ['1', '1', '2999', /still to come/],
      ['1', '1', '2020', /from the age of.14/],
      [huge, '1', '1990', /there is no such day/],
    ];
    for (const [birthdate_day, birthdate_month, birthdate_year, words] of dates) {
      const mistaken = await agent.submit(question, { birthdate_day, birthdate_month, birthdate_year });
      expect([birthdate_day.slice(0, 5), mistaken.status]).toEqual([birthdate_day.slice(0, 5), 422]);
      expect(wordsOf(mistaken)).toMatch(words);
      if (birthdate_year !== '') expect(mistaken.html).toContain(`value="${birthdate_year}"`);
    }
    expect(
      (await agent.submit(question, { birthdate_day: '１７', birthdate_month: '05', birthdate_year: '1990' })).url,
    ).toMatch(/\/snils$/);
  });

  it('in the SNILS or passport too', async () => {
    const { agent, page } = await askForLevel(idp);
    const snils = await agent.submit(await agent.submit(page, {}), mariasBirthdate);
    for (const typed of [
      '',
      ' ',
      '112-233-445 96',
      '1l2-233-445 95',
      '112233445',
      'абвгд',
      '١١٢٢٣٣٤٤٥٩٥',
      '\u0000',
      huge,
    ])
      expect((await agent.submit(snils, { snils: typed })).status).toBe(422);
    const passport = await agent.submit(snils, { snils: '181 234 567 56' });
    expect(titleOf(passport)).toContain('Your passport');
    for (const typed of ['', '13 08', '13О8 412305', 'AB 1234567', '13 08 000000', huge])
      expect((await agent.submit(passport, { ...mariasPassport, passport: typed })).status).toBe(422);
    const days: [string, RegExp][] = [
      ['', /Enter the day, month and year when your passport was given/],
      ['2999', /still to come/],
      ['2003', /from the age of.14/],
      ['20O3', /there is no such day/],
    ];
    for (const [issued_year, words] of days)
      expect(wordsOf(await agent.submit(passport, { ...mariasPassport, issued_year }))).toMatch(words);
    const both = await agent.submit(passport, { passport: '1', issued_day: '', issued_month: '', issued_year: '' });
    expect(both.html.match(/<p class="mistake">/g)).toHaveLength(2);
  });

  it('of ten megabytes, a field too many or without our token is refused', async () => {
    const { agent, page } = await askForLevel(idp);
    const question = await agent.submit(page, {});
    expect((await agent.submit(question, { ...mariasBirthdate, birthdate_day: '1'.repeat(10_000_000) })).status).toBe(
      413,
    );
    expect((await agent.submit(question, { ...mariasBirthdate, level: 'confirmed' })).status).toBe(400);
    expect((await agent.post(question.url, new URLSearchParams(mariasBirthdate).toString())).status).toBe(403);
    expect((await agent.submit(question, mariasBirthdate)).url).toMatch(/\/snils$/);
  });

  it('of a passport that a corrected birth date makes impossible is asked about again', async () => {
    const { agent, check } = await answeredBy();
    const later = await agent.submit(await agent.open(check.url.replace('check', 'birthdate')), {
      ...mariasBirthdate,
      birthdate_year: '2000',
    });
    expect(later.url).toMatch(/\/passport$/);
  });
});

it('nothing of what was typed is heard in the log, the journal, the outbox or the database', async () => {
  const { agent, check } = await answeredBy();
  const halfway = await dump();
  await agent.submit(await agent.submit(check, {}), {});
  const texts = [halfway, await dump(), idp.logLines.join('\n'), JSON.stringify(await readOutbox(idp))];
  for (const text of texts) expect(text).not.toMatch(/269374|181.?234.?567|18123456756/);
  for (const text of [halfway, idp.logLines.join('\n')]) expect(text).not.toMatch(/1990-05-17|2010-06-01/);
});

const dump = async (): Promise<string> => Object.values(await dumpDatabase(idp)).join('\n');
