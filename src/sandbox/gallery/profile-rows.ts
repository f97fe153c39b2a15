// A person's own data, their name while it is theirs to change, and how they like to be told things.
import { now } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const row = (name: string, draw: Row['draw']): Row => ({ name: `profile/${name}`, draw });

const anna = {
  profile: {
    givenName: 'Анна',
    familyName: 'Ковалёва',
    middleName: 'Сергеевна',
    gender: 'female',
    birthdate: '1988-03-14',
    zoneinfo: 'Europe/Moscow',
    locale: 'ru',
  },
  level: 'confirmed',
} as const;
const longest = {
  profile: {
    givenName: 'Константин-Александр',
    familyName: 'Преображенский-Вознесенский',
    zoneinfo: 'Pacific/Chatham',
  },
  level: 'basic',
  signInNotices: 'every',
} as const;
const documents = {
  ...{ snils: '11223344595', inn: '999900000101' },
  passport: { series: '9908', number: '412305', issueDate: '2008-04-02' },
};

const details = { nickname: '', gender: '', birthdate: { day: '', month: '', year: '' } } as const;

export const profileRows = ({ account: { profilePage, accountNamePage, detailsPage } }: App['pages']): Row[] => [
  row('confirmed', (speech) => profilePage(speech, anna, { documents }, now)),
  row('basic', (speech) => profilePage(speech, longest, { documents: { foreign: 'AB-1234567' } }, now)),
  ...(['saved', 'name', 'details'] as const).map((done) =>
    row(`done-${done}`, (speech) => profilePage(speech, { ...anna, level: 'basic' }, { documents: {}, done }, now)),
  ),
  row('name', (speech) => accountNamePage(speech, longest, longest.profile)),
  ...(['missing', 'malformed'] as const).map((why) =>
    row(`name-${why}`, (speech) => {
      const mistakes = ['family_name', 'given_name'].map((field) => ({
        field,
        text: speech.t(`registration.name.mistake.${why}.${field}`),
      }));
      return accountNamePage(speech, anna, { familyName: '', givenName: '12' }, mistakes);
    }),
  ),
  row('details', (speech) => detailsPage(speech, longest, details)),
  row('details-confirmed', (speech) => detailsPage(speech, anna, { ...details, nickname: 'Аня', gender: 'female' })),
  ...(['missing', 'malformed', 'in-the-future'] as const).map((why) =>
    row(`details-${why}`, (speech) => {
      const text = { nickname: 'own-data.details.nickname-mistake', date: `level.birthdate.mistake.${why}` };
      const mistakes = [
        { field: 'nickname', text: speech.t(text.nickname) },
        { field: 'birthdate_day', text: speech.t(text.date) },
      ];
      return detailsPage(speech, longest, { ...details, nickname: '<12>' }, mistakes);
    }),
  ),
];
