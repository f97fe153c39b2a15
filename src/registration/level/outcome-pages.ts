// What came of asking the registry, each with what to do now.
import { leaveLabel, levelAddress, levelWord, type Place } from './place.ts';
import { describeWait, type Page, type Speech } from '../../web/index.ts';
import type { AssuranceLevel } from '../../accounts/index.ts';

const outcome = (speech: Speech, place: Place, name: string, values: Record<string, unknown>): Page => ({
  view: 'registration/level-outcome',
  title: speech.t(`level.${name}.title`),
  action: levelAddress(place, 'result'),
  ...(place.secondsLeft === undefined ? {} : { secondsLeft: place.secondsLeft }),
  values: {
    service: place.service ?? null,
    ...{ note: null, points: [], texts: [], main: '', link: null, turn: '' },
    ...{ refuse: 'quiet', refuseLabel: leaveLabel(speech, place) },
    ...values,
  },
});

export const levelRaisedPage = (speech: Speech, place: Place, level: AssuranceLevel): Page => {
  const { t } = speech;
  const { service } = place;
  const { action: _none, ...page } = outcome(speech, place, 'raised', {
    note: { kind: 'ok', text: t('level.raised.notice') },
    points: [t('level.raised.services'), t('level.raised.sign-in')],
    ...(service === undefined
      ? { link: { href: '/account', label: t('level.own.back') } }
      : { main: t('registration.done.continue', { service: service.name }) }),
    refuse: '',
  });
  const title = t('level.raised.title', { level: levelWord(speech, level) });
  return { ...page, title, ...(service === undefined ? {} : { action: levelAddress(place) }) };
};

export const levelNoMatchPage = (speech: Speech, place: Place, triesLeft: number, support: string): Page => {
  const { t } = speech;
  return outcome(speech, place, 'no-match', {
    texts: [
      t('level.no-match.text'),
      t('level.no-match.left', { count: triesLeft }),
      t('level.no-match.advice', { support }),
    ],
    link: { href: levelAddress(place, 'check'), label: t('level.no-match.correct') },
  });
};

export const backLabel = ({ t }: Speech, { service }: Place): string =>
  service === undefined ? t('level.own.back') : t('errors.back-to-service', { service: service.name });

export const levelClosedPage = (speech: Speech, place: Place, until: Date, support: string, now: Date): Page => {
  const { t } = speech;
  const duration = describeWait(until, now, t);
  return {
    ...outcome(speech, place, 'closed', {
      texts: [t('level.closed.text', { duration }), t('level.closed.advice', { support })],
      refuse: 'main',
      refuseLabel: backLabel(speech, place),
    }),
    action: levelAddress(place),
  };
};

export const levelUnavailablePage = (speech: Speech, place: Place, turn: string): Page => {
  const { t } = speech;
  const texts = [t('level.unavailable.text'), t('level.unavailable.advice')];
  return outcome(speech, place, 'unavailable', { texts, turn, main: t('level.unavailable.again') });
};

export const levelAskingPage = (speech: Speech, place: Place): Page => {
  const { t } = speech;
  const link = { href: levelAddress(place, 'result'), label: t('level.asking.look') };
  return outcome(speech, place, 'asking', { texts: [t('level.asking.text')], link, refuse: '' });
};
