// The pages of signing in, each from what there is to say on it.
import { tellMasked, type Account } from '../accounts/index.ts';
import { around, describeCountdown, describeWait, type Mistake, type Page, type Speech } from '../web/index.ts';
import { describeClaim } from '../oidc/index.ts';
import type { CodePage } from './code-journey.ts';
import type { Offer } from './consent.ts';
import type { OpenInteraction } from '../oidc/index.ts';

/** What every page of a request knows of it. */
export type Place = Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>;

export interface SignInState {
  identifier: string;
  mistakes?: Mistake[];
  /** Until when it has to wait, and why: too many tries, or a code that was sent just before. */
  wait?: { until: Date; why: 'wait' | 'code-wait' };
}

export const signInPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  { identifier, mistakes = [], wait }: SignInState,
  now: Date,
): Page => ({
  view: 'sign-in/sign-in',
  title: t('sign-in.title'),
  status: mistakes.length === 0 && wait === undefined ? 200 : 422,
  mistakes,
  action: `/interaction/${uid}/sign-in`,
  secondsLeft,
  values: {
    service,
    identifier,
    registrationUrl: `/registration?from=${uid}`,
    recoveryUrl: `/recovery?from=${uid}`,
    passkeyUrl: `/interaction/${uid}/passkey/begin`,
    wait: wait === undefined ? null : describeCountdown(t, `sign-in.mistake.${wait.why}`, wait.until, now),
  },
});

export interface ProofState {
  mistakes?: Mistake[];
  /** Too many wrong passwords. */
  waitUntil?: Date;
}

interface ProofPlace {
  action: string;
  /** In place of the password. */
  mayUsePasskey: boolean;
}

/** The password once more, before something important changes. */
export const proofPage = (
  { t }: Speech,
  { phone, email }: Pick<Account, 'phone' | 'email'>,
  { action, mayUsePasskey, mistakes = [], waitUntil }: ProofState & ProofPlace,
  now: Date,
): Page => ({
  view: 'sign-in/proof',
  title: t('proof.title'),
  status: mistakes.length === 0 && waitUntil === undefined ? 200 : 422,
  mistakes,
  action,
  values: {
    login: phone?.value ?? email?.value ?? '',
    mayUsePasskey,
    lead: t(mayUsePasskey ? 'proof.lead-or-passkey' : 'proof.lead'),
    wait: waitUntil === undefined ? null : describeCountdown(t, 'proof.wait', waitUntil, now),
  },
});

type ShownOffer = Omit<Offer, 'account'> & { account: { profile: { givenName: string } } };

export const consentPage = (
  { t, locale }: Speech,
  { uid, service, secondsLeft }: Place,
  { account, claims, isRenewed, isLasting, resourceScopes }: ShownOffer,
): Page => {
  const resources = resourceScopes
    .filter(({ scopes }) => scopes.length > 0)
    .map(({ indicator, scopes }) => `${indicator}: ${scopes.join(', ')}`);
  return {
    view: 'sign-in/consent',
    title: t('consent.title'),
    action: `/interaction/${uid}/consent`,
    secondsLeft,
    values: {
      service,
      person: { name: account.profile.givenName },
      claims: claims.map((claim) => describeClaim(claim, t, locale)),
      isRenewed,
      isLasting,
      resources,
    },
  };
};

export interface CodeState {
  mistakes?: Mistake[];
  /** A new code was asked for too soon. */
  isTooSoon?: boolean;
  remember?: boolean;
}

export const codePage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  page: Omit<CodePage, 'step'>,
  { mistakes = [], isTooSoon = false, remember = false }: CodeState,
  now: Date,
): Page => {
  const { channel, destination, isAnother, isDown, otherChannel, resendAt, supportContact } = page;
  return {
    view: 'sign-in/code',
    title: t('code-page.title'),
    status: mistakes.length === 0 && !isTooSoon ? 200 : 422,
    mistakes,
    action: `/interaction/${uid}/code`,
    secondsLeft,
    values: {
      service,
      sent: around(t, `code-page.${isAnother ? 'sent-again' : 'sent'}.${channel}`, 'destination'),
      contact: tellMasked(channel, destination),
      isTooSoon,
      resend: resendAt === undefined ? null : describeCountdown(t, 'code-page.wait', resendAt, now),
      downNote: isDown ? t(`code-page.down.${channel}`) : '',
      downOffer: isDown && otherChannel !== undefined ? t(`code-page.down-other.${otherChannel}`) : '',
      otherLabel: otherChannel === undefined ? '' : t(`code-page.other.${otherChannel}`),
      isRemembered: remember,
      noAccess: t(`code-page.no-access.${channel}`, { support: supportContact }),
    },
  };
};

/** There is no field for a code any more: why, and what helps. */
export const codeOverPage = (
  { t }: Speech,
  { uid, service, secondsLeft }: Place,
  {
    step,
    closedUntil,
    supportContact,
  }: Pick<CodePage, 'closedUntil' | 'supportContact'> & {
    step: 'used-up' | 'closed';
  },
  now: Date,
): Page => {
  const values = { duration: describeWait(closedUntil, now, t), support: supportContact };
  return {
    view: 'sign-in/code-over',
    title: t(`code-page.${step}.title`),
    action: `/interaction/${uid}/code`,
    secondsLeft,
    values: {
      service,
      text: t(`code-page.${step}.text`, values),
      advice: t(`code-page.${step}.advice`, values),
      againUrl: step === 'used-up' ? `/interaction/${uid}` : '',
    },
  };
};
