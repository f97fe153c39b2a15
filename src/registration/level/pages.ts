// The pages of raising a level: what is needed, one question a page, and what came of it.
import { formatSnils, fullName, type AssuranceLevel, type Passport, type Profile } from '../../accounts/index.ts';
import { describeWait, languageTags, type Mistake, type Page, type Speech } from '../../web/index.ts';
import { levelSteps, type LevelAnswers, type LevelStep } from './answers.ts';
import { noDate, partsOfDate, type DateParts } from './forms.ts';
import type { OpenInteraction } from '../../oidc/index.ts';

type Place = Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>;

export const levelAddress = (uid: string, page: LevelStep | 'result' | '' = ''): string =>
  `/interaction/${uid}/level${page === '' ? '' : `/${page}`}`;

const question = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  step: LevelStep,
  mistakes: Mistake[],
  values: Record<string, unknown>,
): Page => ({
  view: `registration/level-${step}`,
  title: t(`level.${step}.title`),
  status: mistakes.length === 0 ? 200 : 422,
  mistakes,
  action: levelAddress(uid, step),
  secondsLeft,
  values: { service, progress: { step: levelSteps.indexOf(step) + 1, of: levelSteps.length }, ...values },
});

const levelWord = ({ t }: Speech, level: AssuranceLevel): string => t(`consent.assurance.${level}`);

const factsOf = (speech: Speech, level: AssuranceLevel, needed: AssuranceLevel) => [
  { label: speech.t('level.now'), value: levelWord(speech, level) },
  { label: speech.t('level.needed'), value: levelWord(speech, needed) },
];

export const levelOfferPage = (speech: Speech, { uid, service, secondsLeft }: Place, level: AssuranceLevel): Page => ({
  view: 'registration/level-offer',
  title: speech.t('level.offer.title'),
  action: levelAddress(uid),
  secondsLeft,
  values: { service, facts: factsOf(speech, level, 'standard') },
});

/** No page of ours gives the level that is needed. */
export const levelCentrePage = (
  speech: Speech,
  { uid, service, secondsLeft }: Place,
  {
    level,
    needed,
    why,
    support,
  }: { level: AssuranceLevel; needed: AssuranceLevel; why: 'confirmed' | 'not-here'; support: string },
): Page => ({
  view: 'registration/level-centre',
  title: speech.t(`level.centre.title.${needed === 'confirmed' ? 'confirmed' : 'standard'}`),
  action: levelAddress(uid),
  secondsLeft,
  values: {
    service,
    facts: factsOf(speech, level, needed),
    text: speech.t(`level.centre.text.${why}`),
    advice: speech.t('level.centre.advice', { support }),
  },
});

export const levelBirthdatePage = (
  speech: Speech,
  place: Place,
  birthdate: DateParts = noDate,
  mistakes: Mistake[] = [],
): Page => question(speech, place, 'birthdate', mistakes, { birthdate });

export const levelSnilsPage = (speech: Speech, place: Place, snils: string, mistakes: Mistake[] = []): Page =>
  question(speech, place, 'snils', mistakes, { snils: /^\d{11}$/.test(snils) ? formatSnils(snils) : snils });

export const levelPassportPage = (
  speech: Speech,
  place: Place,
  { passport, issued }: { passport: string; issued: DateParts },
  mistakes: Mistake[] = [],
): Page => question(speech, place, 'passport', mistakes, { passport, issued });

const writtenPassport = ({ series, number }: Passport): string => `${series.slice(0, 2)} ${series.slice(2)} ${number}`;

/** What stands in the fields of the passport's page before anything is typed. */
export const passportFields = ({ passport }: Pick<LevelAnswers, 'passport'>) => ({
  passport: passport === null ? '' : writtenPassport(passport),
  issued: partsOfDate(passport?.issueDate ?? null),
});

const describeDate = ({ locale }: Speech, date: string): string =>
  new Intl.DateTimeFormat(languageTags[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date));

export const levelCheckPage = (
  speech: Speech,
  place: Place,
  profile: Pick<Profile, 'familyName' | 'givenName' | 'middleName'>,
  { birthdate, snils, passport, turn }: Pick<LevelAnswers, 'birthdate' | 'snils' | 'passport'> & { turn: string },
  support: string,
): Page => {
  const row = (name: string, value: string, step: LevelStep) => ({
    label: speech.t(`level.check.${name}`),
    value,
    changeUrl: levelAddress(place.uid, step),
  });
  const issued = passport === null ? '' : describeDate(speech, passport.issueDate);
  return question(speech, place, 'check', [], {
    turn,
    name: [{ label: speech.t('level.check.name'), value: fullName(profile) }],
    nameNote: speech.t('level.check.name-note', { support }),
    answers: [
      row('birthdate', birthdate === null ? '' : describeDate(speech, birthdate), 'birthdate'),
      row('snils', formatSnils(snils ?? ''), 'snils'),
      row('passport', passport === null ? '' : writtenPassport(passport), 'passport'),
      row('issued', issued, 'passport'),
    ],
  });
};

const outcome = (
  speech: Speech,
  { uid, service, secondsLeft }: Place,
  name: string,
  values: Record<string, unknown>,
): Page => ({
  view: 'registration/level-outcome',
  title: speech.t(`level.${name}.title`),
  action: levelAddress(uid, 'result'),
  secondsLeft,
  values: {
    service,
    ...{ note: null, points: [], texts: [], main: '', link: null, turn: '' },
    ...{ refuse: 'quiet', refuseLabel: speech.t('level.refuse') },
    ...values,
  },
});

export const levelRaisedPage = (speech: Speech, place: Place, level: AssuranceLevel): Page => {
  const { t } = speech;
  return {
    ...outcome(speech, place, 'raised', {
      note: { kind: 'ok', text: t('level.raised.notice') },
      points: [t('level.raised.services'), t('level.raised.sign-in')],
      main: t('registration.done.continue', { service: place.service.name }),
      refuse: '',
    }),
    title: t('level.raised.title', { level: levelWord(speech, level) }),
    action: levelAddress(place.uid),
  };
};

export const levelNoMatchPage = (speech: Speech, place: Place, triesLeft: number, support: string): Page => {
  const { t } = speech;
  return outcome(speech, place, 'no-match', {
    texts: [
      t('level.no-match.text'),
      t('level.no-match.left', { count: triesLeft }),
      t('level.no-match.advice', { support }),
    ],
    link: { href: levelAddress(place.uid, 'check'), label: t('level.no-match.correct') },
  });
};

export const levelClosedPage = (speech: Speech, place: Place, until: Date, support: string, now: Date): Page => {
  const { t } = speech;
  const duration = describeWait(until, now, t);
  return {
    ...outcome(speech, place, 'closed', {
      texts: [t('level.closed.text', { duration }), t('level.closed.advice', { support })],
      refuse: 'main',
      refuseLabel: t('errors.back-to-service', { service: place.service.name }),
    }),
    action: levelAddress(place.uid),
  };
};

export const levelUnavailablePage = (speech: Speech, place: Place, turn: string): Page => {
  const { t } = speech;
  const texts = [t('level.unavailable.text'), t('level.unavailable.advice')];
  return outcome(speech, place, 'unavailable', { texts, turn, main: t('level.unavailable.again') });
};

export const levelAskingPage = (speech: Speech, place: Place): Page => {
  const { t } = speech;
  const link = { href: levelAddress(place.uid, 'result'), label: t('level.asking.look') };
  return outcome(speech, place, 'asking', { texts: [t('level.asking.text')], link, refuse: '' });
};

export const levelPages = {
  levelOfferPage,
  levelCentrePage,
  levelBirthdatePage,
  levelSnilsPage,
  levelPassportPage,
  levelCheckPage,
  levelRaisedPage,
  levelNoMatchPage,
  levelClosedPage,
  levelUnavailablePage,
  levelAskingPage,
};
