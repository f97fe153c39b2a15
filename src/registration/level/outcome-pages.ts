// What came of asking the registry, each with what to do now.
import { levelAddress, levelWord, type Place } from './place.ts';
import { describeWait, type Page, type Speech } from '../../web/index.ts';
import type { AssuranceLevel } from '../../accounts/index.ts';

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
