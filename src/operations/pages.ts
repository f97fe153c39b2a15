// The pages of confirming: the field for the PIN, and why there is none.
import type { Mistake, Page, Speech } from '../web/index.ts';
import type { OpenInteraction } from '../oidc/index.ts';

export type Place = Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>;

/** `tries`: how many wrong ones this request has had. */
export const pinPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  { tries, digits, mistakes = [] }: { tries: number; digits: 4 | 6; mistakes?: Mistake[] },
): Page => ({
  view: 'operations/pin',
  title: t('pin-page.title'),
  isOperation: true,
  status: mistakes.length === 0 ? 200 : 422,
  mistakes,
  action: `/interaction/${uid}/pin`,
  secondsLeft,
  values: { service, tries, digits, forgotUrl: `/interaction/${uid}/pin/forgot` },
});

export type WhyNoPin = 'none' | 'locked' | 'outdated' | 'ended' | 'forgot';

/** Why there is no field for a PIN, how to mend it, and the way back to the service. */
export const pinUnusablePage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  why: WhyNoPin,
  status = 200,
): Page => ({
  view: 'operations/pin-unusable',
  title: t(`pin-page.${why}.title`),
  isOperation: true,
  quotesReference: true,
  status,
  action: `/interaction/${uid}/pin`,
  secondsLeft,
  values: {
    service,
    text: t(`pin-page.${why}.text`),
    advice: t(`pin-page.${why}.advice`),
    pinUrl: why === 'forgot' ? `/interaction/${uid}/pin` : '',
    newPin: why === 'ended' ? null : { address: `/interaction/${uid}/pin/new`, label: t(`pin-page.${why}.new`) },
  },
});

export const operationPages = { pinPage, pinUnusablePage };
