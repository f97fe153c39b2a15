// Becoming a citizen, the pages that everybody may read, and new terms.
import { after, cyrillicService, longService, now, place, rightToLeftService } from './samples.ts';
import type { Speech } from '../../web/index.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const anna = { familyName: 'Ковалёва', givenName: 'Анна', middleName: 'Сергеевна' };
const nobody = { familyName: '', givenName: '', middleName: '' };
const rightToLeft = { familyName: 'حداد', givenName: 'ليلى', middleName: '' };
const longest = {
  familyName: 'Преображенский-Вознесенский',
  givenName: 'Константин-Александр',
  middleName: 'Святославович',
};
const phone = { kind: 'phone', value: '+79000000001' } as const;
const email = {
  kind: 'email',
  value: 'konstantin.preobrazhensky.voznesensky@department-of-examples.example.org',
} as const;

const say = ({ t }: Speech, field: string, key: string, count?: number) => [
  { field, text: t(key, count === undefined ? {} : { count }) },
];

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `registration/${name}`, draw });

const questionRows = ({ registration: pages }: App['pages']): Row[] => {
  const from = cyrillicService;
  const isFresh = { contact: phone, hasUsedUpCodes: false, withheld: null };
  const isFirst = { contact: phone, isPasswordAskedAgain: false };
  return [
    row('name', (speech) => pages.namePage(speech, nobody, { from }, now)),
    row('name-from-home', (speech) => pages.namePage(speech, longest, { from: undefined }, now)),
    row('name-missing', (speech) => {
      const mistakes = say(speech, 'family_name', 'registration.name.mistake.missing.family_name');
      return pages.namePage(speech, { ...anna, familyName: '' }, { from, mistakes }, now);
    }),
    row('name-wait', (speech) => pages.namePage(speech, anna, { from, wait: after(1800) }, now)),
    row('contact', (speech) => pages.contactPage(speech, '', { from: longService })),
    row('contact-malformed', (speech) => {
      const mistakes = say(speech, 'contact', 'registration.contact.mistake.malformed');
      return pages.contactPage(speech, 'anna@', { from, mistakes });
    }),
    row('code', (speech) => pages.codePage(speech, isFresh, { from, resendAt: after(42) }, now)),
    row('code-wrong', (speech) => {
      const mistakes = say(speech, 'code', 'code-page.mistake.wrong', 3);
      return pages.codePage(speech, { ...isFresh, contact: email }, { from, mistakes, resendAt: undefined }, now);
    }),
    row('code-withheld', (speech) => {
      const withheld = { why: 'sms' as const, until: after(3600).getTime() };
      return pages.codePage(speech, { ...isFresh, withheld }, { from, resendAt: after(42) }, now);
    }),
    row('code-wait', (speech) => {
      const text = speech.t('registration.code.wait', { duration: speech.t('duration.hours', { count: 24 }) });
      const mistakes = [{ field: 'code', text }];
      return pages.codePage(speech, isFresh, { from, mistakes, resendAt: undefined }, now);
    }),
    row('code-used-up', (speech) =>
      pages.codePage(speech, { ...isFresh, hasUsedUpCodes: true }, { from, resendAt: undefined }, now),
    ),
    row('password', (speech) => pages.passwordPage(speech, isFirst, { from, least: 8 })),
    row('password-common', (speech) => {
      const mistakes = say(speech, 'new_password', 'password.mistake.common');
      return pages.passwordPage(speech, isFirst, { from, least: 8, mistakes });
    }),
    row('password-made', (speech) =>
      pages.passwordPage(speech, isFirst, { from, least: 15, made: 'kv7m-tq4x-wp9r-zd2h' }),
    ),
    row('password-again', (speech) =>
      pages.passwordPage(speech, { ...isFirst, isPasswordAskedAgain: true }, { from, least: 8 }),
    ),
    row('check', (speech) => pages.checkPage(speech, { ...anna, contact: phone }, { from })),
    row('check-longest', (speech) => pages.checkPage(speech, { ...longest, contact: email }, { from: longService })),
    row('check-right-to-left', (speech) =>
      pages.checkPage(speech, { ...rightToLeft, contact: phone }, { from: rightToLeftService }),
    ),
    row('check-without-terms', (speech) => {
      const mistakes = say(speech, 'terms', 'registration.check.mistake.terms');
      return pages.checkPage(speech, { ...anna, contact: phone }, { from, mistakes });
    }),
    row('done', (speech) =>
      pages.donePage(speech, {
        from: longService,
        continueTo: '/interaction/gallery/registered',
        second: { missing: 'email' },
      }),
    ),
    row('done-from-home', (speech) =>
      pages.donePage(speech, { from: undefined, continueTo: '', second: { missing: undefined } }),
    ),
    row('done-second-taken', (speech) =>
      pages.donePage(speech, { from: undefined, continueTo: '', second: { missing: 'email', isTaken: true } }),
    ),
    row('done-second-late', (speech) =>
      pages.donePage(speech, {
        from,
        continueTo: '/interaction/gallery/registered',
        second: { missing: 'phone', isLate: true },
      }),
    ),
    row('second', (speech) => pages.secondPage(speech, 'email', { contact: '' })),
    row('second-same-kind', (speech) => {
      const mistakes = say(speech, 'contact', 'registration.second.mistake.phone');
      return pages.secondPage(speech, 'phone', { contact: 'anna@example.org', mistakes });
    }),
    row('second-code', (speech) =>
      pages.codePage(speech, { ...isFresh, contact: email }, { from, resendAt: after(42), step: 'second-code' }, now),
    ),
    row('taken', (speech) => pages.takenPage(speech, from, '/interaction/gallery')),
  ];
};

export const registrationRows = (pages: App['pages']): Row[] => {
  const facts = { termsVersion: '2026-11-01', deployment: 'Civic ID', support: '8 800 000-00-00' };
  const legal = (['terms', 'privacy', 'cookies'] as const).map((name): Row => ({
    name: `legal/${name}`,
    draw: (speech) => pages.legalPage(speech, name, facts),
  }));
  const newTerms = row('new-terms', (speech) => pages.newTermsPage(speech, place(cyrillicService)));
  return [...questionRows(pages), newTerms, ...legal];
};
