// The pages of raising a level: what is needed, one question a page, and what came of it.
import { formatSnils, fullName, type AssuranceLevel, type Passport, type Profile } from '../../accounts/index.ts';
import { languageTags, type Mistake, type Page, type Speech } from '../../web/index.ts';
import {
  backLabel,
  levelAskingPage,
  levelClosedPage,
  levelNoMatchPage,
  levelRaisedPage,
  levelUnavailablePage,
} from './outcome-pages.ts';
import { leaveLabel, levelAddress, levelWord, type Place } from './place.ts';
import { levelSteps, type LevelAnswers, type LevelStep } from './answers.ts';
import { noDate, partsOfDate, type DateParts } from '../../accounts/index.ts';

const commonOf = (speech: Speech, place: Place) => ({
  ...(place.secondsLeft === undefined ? {} : { secondsLeft: place.secondsLeft }),
  values: { service: place.service ?? null, refuseLabel: leaveLabel(speech, place) },
});

const question = (
  speech: Speech,
  place: Place,
  step: LevelStep,
  mistakes: Mistake[],
  values: Record<string, unknown>,
): Page => {
  const { values: common, ...page } = commonOf(speech, place);
  const progress = { step: levelSteps.indexOf(step) + 1, of: levelSteps.length };
  return {
    ...page,
    view: `registration/level-${step}`,
    title: speech.t(`level.${step}.title`),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: levelAddress(place, step),
    values: { ...common, progress, ...values },
  };
};

const factsOf = (speech: Speech, { service }: Place, level: AssuranceLevel, needed: AssuranceLevel) => [
  { label: speech.t('level.now'), value: levelWord(speech, level) },
  {
    label: speech.t(service === undefined ? 'level.own.next' : 'level.needed'),
    value: levelWord(speech, needed),
  },
];

export const levelOfferPage = (speech: Speech, place: Place, level: AssuranceLevel): Page => {
  const { values, ...page } = commonOf(speech, place);
  const { t } = speech;
  const isOwn = place.service === undefined; // nobody needs it: the person asks how to get it
  return {
    ...page,
    view: 'registration/level-offer',
    title: t(isOwn ? 'level.own.title.standard' : 'level.offer.title'),
    action: levelAddress(place),
    values: {
      ...values,
      facts: factsOf(speech, place, level, 'standard'),
      points: [
        t('level.offer.how'),
        t(isOwn ? 'level.own.learn' : 'level.offer.learns'),
        t(isOwn ? 'level.own.once' : 'level.offer.once'),
      ],
    },
  };
};

interface CentreFacts {
  level: AssuranceLevel;
  needed: AssuranceLevel;
  why: 'confirmed' | 'not-here';
  support: string;
}

/** No page of ours gives the level that is needed. */
export const levelCentrePage = (speech: Speech, place: Place, { level, needed, why, support }: CentreFacts): Page => {
  const { values, ...page } = commonOf(speech, place);
  const { t } = speech;
  const isOwn = place.service === undefined;
  const sought = needed === 'confirmed' ? 'confirmed' : 'standard';
  return {
    ...page,
    view: 'registration/level-centre',
    title: t(`level.${isOwn ? 'own' : 'centre'}.title.${sought}`),
    action: levelAddress(place),
    values: {
      ...values,
      facts: factsOf(speech, place, level, needed),
      text: t(`level.centre.text.${why}`),
      advice: t(isOwn ? 'level.own.centre' : 'level.centre.advice', { support }),
      back: backLabel(speech, place),
    },
  };
};

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
    changeUrl: levelAddress(place, step),
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
