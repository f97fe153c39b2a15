// The pages of becoming a citizen of the system, one question a page.
import { describeCountdown, passwordAdvice, type Mistake, type Page, type Speech } from '../web/index.ts';
import { codePage, contactPage, secondPage } from './contact-pages.ts';
import { addressOf, question, shown, type From } from './question-page.ts';
import type { Answers } from './answers.ts';
import type { Name } from './registration.ts';

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
