// The pages of becoming a citizen of the system, one question a page.
import { formatPhone } from '../accounts/index.ts';
import { around, describeCountdown, passwordAdvice, type Mistake, type Page, type Speech } from '../web/index.ts';
import { steps, type Answers, type Step } from './answers.ts';
import type { CodeStep } from './prove-contact.ts';
import type { Name } from './registration.ts';
import type { ServiceView } from '../oidc/index.ts';

const base = '/registration';
export const addressOf = (step: Step): string => (step === 'name' ? base : `${base}/${step}`);

/** The service that the person came from, if any. */
type From = Pick<ServiceView, 'name' | 'host' | 'initial'> | undefined;

const order: readonly Step[] = steps;
/** What comes after all is done is no step of the way. */
const progressOf = (step: Step) => {
  const place = order.indexOf(step);
  return place < 0 ? null : { step: place + 1, of: steps.length - 1 };
};

const shown = (contact: Answers['contact']): string =>
  contact?.kind === 'phone' ? formatPhone(contact.value) : (contact?.value ?? '');

const question = (
  { t }: Speech,
  step: Step,
  { mistakes = [], status = 422 }: { mistakes?: Mistake[] | undefined; status?: number },
  from: From,
  values: Record<string, unknown>,
): Page => ({
  view: `registration/${step}`,
  title: t(`registration.${step}.title`),
  status: mistakes.length === 0 ? 200 : status,
  mistakes,
  action: addressOf(step),
  values: { service: from ?? null, progress: progressOf(step), ...values },
});

/** `fromUid`: the request of the service, to be kept while there is no flow yet. */
export const namePage = (
  speech: Speech,
  name: Name,
  {
    from,
    fromUid = '',
    mistakes,
    wait,
  }: { from: From; fromUid?: string; mistakes?: Mistake[]; wait?: Date | undefined },
  now: Date,
): Page => ({
  ...question(speech, 'name', { mistakes }, from, {
    ...name,
    fromUid,
    wait: wait === undefined ? null : describeCountdown(speech.t, 'registration.name.wait', wait, now),
  }),
  ...(wait === undefined ? {} : { status: 422 }),
});

export const contactPage = (
  speech: Speech,
  contact: string,
  { from, mistakes }: { from: From; mistakes?: Mistake[] },
): Page => question(speech, 'contact', { mistakes }, from, { contact });

interface CodeState {
  from: From;
  mistakes?: Mistake[];
  resendAt: Date | undefined;
  step?: CodeStep;
}

export const codePage = (
  speech: Speech,
  { contact, hasUsedUpCodes }: Pick<Answers, 'contact' | 'hasUsedUpCodes'>,
  { from, mistakes, resendAt, step = 'code' }: CodeState,
  now: Date,
): Page => {
  const channel = contact?.kind === 'phone' ? 'sms' : 'email';
  const { action, ...page } = question(speech, 'code', { mistakes }, from, {
    sent: around(speech.t, `registration.code.sent.${channel}`, 'destination'),
    destination: shown(contact),
    changeUrl: addressOf(step === 'code' ? 'contact' : 'second'),
    hasUsedUpCodes,
    resend: resendAt === undefined ? null : describeCountdown(speech.t, 'code-page.wait', resendAt, now),
    progress: progressOf(step),
  });
  return hasUsedUpCodes
    ? { ...page, title: speech.t('code-page.used-up.title') }
    : { ...page, action: addressOf(step) };
};

interface PasswordState {
  from: From;
  mistakes?: Mistake[];
  /** A password that was made for the person, shown this once. */
  made?: string;
  least: number;
}

export const passwordPage = (
  speech: Speech,
  { contact, isPasswordAskedAgain }: Pick<Answers, 'contact' | 'isPasswordAskedAgain'>,
  { from, mistakes, made = '', least }: PasswordState,
): Page =>
  question(speech, 'password', { mistakes }, from, {
    login: contact?.value ?? '',
    isAskedAgain: isPasswordAskedAgain,
    made,
    least,
    advice: passwordAdvice(speech.t, least),
  });

export const checkPage = (
  speech: Speech,
  answers: Pick<Answers, 'familyName' | 'givenName' | 'middleName' | 'contact'>,
  { from, mistakes }: { from: From; mistakes?: Mistake[] },
): Page => {
  const { t } = speech;
  const { familyName, givenName, middleName, contact } = answers;
  const name = [familyName, givenName, middleName].filter((part) => part !== '').join(' ');
  return question(speech, 'check', { mistakes }, from, {
    answers: [
      { label: t('registration.check.name'), value: name, changeUrl: addressOf('name') },
      {
        label: t(`registration.check.${contact?.kind ?? 'email'}`),
        value: shown(contact),
        changeUrl: addressOf('contact'),
      },
      { label: t('registration.check.password'), value: '••••••••', changeUrl: addressOf('password') },
    ],
  });
};

/** A contact of the other kind, when the account is there: `missing` says which. */
export const secondPage = (
  speech: Speech,
  missing: 'phone' | 'email',
  { contact, mistakes }: { contact: string; mistakes?: Mistake[] },
): Page => ({
  ...question(speech, 'second', { mistakes }, undefined, {
    contact,
    label: speech.t(`registration.second.label.${missing}`),
    skipUrl: addressOf('done'),
  }),
  title: speech.t(`registration.second.title.${missing}`),
});

interface DoneState {
  from: From;
  /** Where the button leads back to the service; empty where the person came by themselves. */
  continueTo: string;
  /** `missing`: what may be added; `isLate`: no longer in this browser; `isTaken`: the one that was proved is somebody else's since. */
  second: { missing: 'phone' | 'email' | undefined; isLate?: boolean; isTaken?: boolean };
}

export const donePage = (
  { t }: Speech,
  { from, continueTo, second: { missing, isLate = false, isTaken = false } }: DoneState,
): Page => ({
  view: 'registration/done',
  title: t('registration.done.title'),
  ...(continueTo === '' ? {} : { action: continueTo }),
  values: {
    service: from ?? null,
    isFromService: continueTo !== '',
    taken: isTaken && missing !== undefined ? t(`registration.second.taken.${missing}`) : '',
    late: isLate && missing !== undefined ? t(`registration.second.late.${missing}`) : '',
    second:
      isLate || missing === undefined
        ? null
        : { href: addressOf('second'), label: t(`registration.second.title.${missing}`) },
  },
});

/** The contact was proved and turned out to be somebody's, since a moment ago: it is the same person. */
export const takenPage = (speech: Speech, from: From, signInUrl: string): Page => ({
  view: 'registration/taken',
  title: speech.t('registration.taken.title'),
  status: 409,
  values: { service: from ?? null, signInUrl },
});

export const registrationPages = {
  secondPage,
  namePage,
  contactPage,
  codePage,
  passwordPage,
  checkPage,
  donePage,
  takenPage,
};
