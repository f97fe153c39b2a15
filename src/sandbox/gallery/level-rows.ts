// Raising a level, between a request of a service and its answer.
import { after, cyrillicService, latinService, longService, now, place, rightToLeftService } from './samples.ts';
import type { Speech } from '../../web/index.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const support = '8 800 000-00-00';
type Place = Parameters<App['pages']['level']['levelOfferPage']>[1];
/** On the way to this service. */
const onTheWay = (to: Parameters<typeof place>[0]): Place => {
  const { uid, service, secondsLeft } = place(to);
  return { address: `/interaction/${uid}/level`, service, secondsLeft };
};
const own: Place = { address: '/account/level', service: undefined, secondsLeft: 3000 };
const at = onTheWay(cyrillicService);
const noDate = { day: '', month: '', year: '' };
const maria = { familyName: 'Зайцева', givenName: 'Мария' };
const rightToLeft = { familyName: 'حداد', givenName: 'ليلى' };
const longest = {
  familyName: 'Преображенский-Вознесенский',
  givenName: 'Константин-Александр',
  middleName: 'Святославович',
};
const answers = {
  birthdate: '1990-05-17',
  snils: '18123456756',
  passport: { series: '1310', number: '269374', issueDate: '2010-06-01' },
  turn: '3',
};

const say = ({ t }: Speech, field: string, key: string) => [{ field, text: t(key) }];

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `level/${name}`, draw });

const beforeRows = ({ level: pages }: App['pages']): Row[] => [
  row('offer', (speech) => pages.levelOfferPage(speech, at, 'basic')),
  row('offer-longest', (speech) => pages.levelOfferPage(speech, onTheWay(longService), 'basic')),
  row('centre-confirmed', (speech) =>
    pages.levelCentrePage(speech, at, { level: 'standard', needed: 'confirmed', why: 'confirmed', support }),
  ),
  row('centre-not-here', (speech) =>
    pages.levelCentrePage(speech, onTheWay(longService), {
      level: 'basic',
      needed: 'standard',
      why: 'not-here',
      support,
    }),
  ),
];

const questionRows = ({ level: pages }: App['pages']): Row[] => [
  row('birthdate', (speech) => pages.levelBirthdatePage(speech, at)),
  ...['missing', 'malformed', 'in-the-future', 'too-young'].map((why) =>
    row(`birthdate-${why}`, (speech) => {
      const typed = why === 'missing' ? noDate : { day: '31', month: '02', year: '1990' };
      return pages.levelBirthdatePage(
        speech,
        at,
        typed,
        say(speech, 'birthdate_day', `level.birthdate.mistake.${why}`),
      );
    }),
  ),
  row('snils', (speech) => pages.levelSnilsPage(speech, at, answers.snils)),
  ...['missing', 'malformed'].map((why) =>
    row(`snils-${why}`, (speech) =>
      pages.levelSnilsPage(
        speech,
        at,
        why === 'missing' ? '' : '112',
        say(speech, 'snils', `level.snils.mistake.${why}`),
      ),
    ),
  ),
  row('passport', (speech) => pages.levelPassportPage(speech, at, { passport: '', issued: noDate })),
  row('passport-missing', (speech) => {
    const mistakes = [
      ...say(speech, 'passport', 'level.passport.mistake.missing'),
      ...say(speech, 'issued_day', 'level.issued.mistake.missing'),
    ];
    return pages.levelPassportPage(speech, onTheWay(latinService), { passport: '', issued: noDate }, mistakes);
  }),
  ...['malformed', 'in-the-future', 'before-fourteen'].map((why) =>
    row(`passport-${why}`, (speech) => {
      const typed = { passport: '13 08', issued: { day: '31', month: '02', year: '2030' } };
      const mistakes = [
        ...say(speech, 'passport', 'level.passport.mistake.malformed'),
        ...say(speech, 'issued_day', `level.issued.mistake.${why}`),
      ];
      return pages.levelPassportPage(speech, at, typed, mistakes);
    }),
  ),
  row('check', (speech) => pages.levelCheckPage(speech, at, maria, answers, support)),
  row('check-longest', (speech) => pages.levelCheckPage(speech, onTheWay(longService), longest, answers, support)),
  row('check-right-to-left', (speech) =>
    pages.levelCheckPage(speech, onTheWay(rightToLeftService), rightToLeft, answers, support),
  ),
];

const outcomeRows = ({ level: pages }: App['pages']): Row[] => [
  row('raised', (speech) => pages.levelRaisedPage(speech, at, 'standard')),
  row('raised-longest', (speech) => pages.levelRaisedPage(speech, onTheWay(longService), 'confirmed')),
  row('no-match', (speech) => pages.levelNoMatchPage(speech, at, 4, support)),
  row('no-match-last', (speech) => pages.levelNoMatchPage(speech, at, 1, support)),
  row('closed', (speech) => pages.levelClosedPage(speech, at, after(24 * 3600), support, now)),
  row('unavailable', (speech) => pages.levelUnavailablePage(speech, at, '4')),
  row('asking', (speech) => pages.levelAskingPage(speech, at)),
];

/** In the account: what is said in other words, and a question. */
const ownRows = ({ level: pages }: App['pages']): Row[] => [
  row('own-offer', (speech) => pages.levelOfferPage(speech, own, 'basic')),
  row('own-centre-confirmed', (speech) =>
    pages.levelCentrePage(speech, own, { level: 'standard', needed: 'confirmed', why: 'confirmed', support }),
  ),
  row('own-centre-not-here', (speech) =>
    pages.levelCentrePage(speech, own, { level: 'basic', needed: 'standard', why: 'not-here', support }),
  ),
  row('own-snils', (speech) => pages.levelSnilsPage(speech, own, answers.snils)),
  row('own-check', (speech) => pages.levelCheckPage(speech, own, maria, answers, support)),
  row('own-raised', (speech) => pages.levelRaisedPage(speech, own, 'standard')),
  row('own-no-match', (speech) => pages.levelNoMatchPage(speech, own, 2, support)),
  row('own-closed', (speech) => pages.levelClosedPage(speech, own, after(24 * 3600), support, now)),
];

export const levelRows = (pages: App['pages']): Row[] =>
  [beforeRows, questionRows, outcomeRows, ownRows].flatMap((rows) => rows(pages));
