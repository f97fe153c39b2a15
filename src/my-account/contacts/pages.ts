// The pages of contacts: the list, a new one, its code, and what its removal takes away.
import { formatPhone, tellMasked, type Account, type Contact, type ContactKind } from '../../accounts/index.ts';
import { around, describeCountdown, describeWait, type Mistake, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import { contactKinds, contactRows, masked, nextAct } from './contact-rows.ts';
import type { ContactAnswers } from './answers.ts';
import type { Loss, OpenContact } from './contacts.ts';

type ShownAccount = Pick<Account, 'profile' | ContactKind>;

export const base = '/account/contacts';
export const codeAddress = `${base}/code`;
export const addressOf = (kind: ContactKind): string => `${base}/${kind}`;
export const removalOf = (kind: ContactKind): string => `${base}/${kind}/remove`;

/** What has just come of it, told once above the list. */
export const outcomes = ['added', 'changed', 'removed', 'taken', 'over'] as const;
export type Outcome = (typeof outcomes)[number];
export interface Done {
  kind: ContactKind;
  outcome: Outcome;
}
export const doneAddress = ({ kind, outcome }: Done): string => `${base}?done=${kind}-${outcome}`;
export const readDone = (name: unknown): Done | undefined =>
  contactKinds
    .flatMap((kind) => outcomes.map((outcome) => ({ kind, outcome })))
    .find(({ kind, outcome }) => name === `${kind}-${outcome}`);

/** Most of it hidden, for eyes and ears. */
const told = (kind: ContactKind, contact: Contact | undefined) =>
  contact === undefined ? null : tellMasked(kind === 'phone' ? 'sms' : 'email', masked(kind, contact));

const toneOf = (outcome: Outcome): 'ok' | 'warn' => (outcome === 'taken' || outcome === 'over' ? 'warn' : 'ok');

export const contactsPage = (speech: Speech, account: ShownAccount, done?: Done): Page =>
  accountPage(account, 'home', {
    view: 'my-account/contacts',
    title: speech.t('contacts.title'),
    values: {
      done:
        done === undefined
          ? null
          : { kind: toneOf(done.outcome), text: speech.t(`contacts.done.${done.kind}.${done.outcome}`) },
      rows: contactRows(speech, account, base),
      points: ['sign-in', 'notices', 'back'].map((name) => speech.t(`contacts.points.${name}`)),
    },
  });

export const newContactPage = (
  { t }: Speech,
  account: ShownAccount,
  kind: ContactKind,
  { typed, mistakes = [] }: { typed?: string; mistakes?: Mistake[] },
): Page => {
  const now = account[kind];
  const act = nextAct(now);
  return accountPage(account, 'home', {
    view: 'my-account/new-contact',
    title: t(`contacts.new.title.${kind}.${act}`),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    action: addressOf(kind),
    values: {
      kind,
      now: told(kind, now),
      points: [
        t(`contacts.new.code.${kind}`),
        ...(act === 'change' ? [t(`contacts.new.change.${kind}`)] : []),
        t('contacts.new.recovery'),
      ],
      value: typed ?? (act === 'confirm' ? (now?.value ?? '') : ''),
      removeUrl: now === undefined ? '' : removalOf(kind),
    },
  });
};

const describeWithheld = ({ t }: Speech, withheld: ContactAnswers['withheld'], now: Date): string => {
  if (withheld === null) return '';
  const until = new Date(withheld.until);
  if (until <= now) return t('registration.code.withheld.over');
  return t(`contacts.code.withheld.${withheld.why}`, { duration: describeWait(until, now, t) });
};

export const contactCodePage = (
  speech: Speech,
  account: ShownAccount,
  { step, answers: { kind, value, withheld }, resendAt, secondsLeft }: OpenContact,
  { mistakes = [] }: { mistakes?: Mistake[] },
  now: Date,
): Page => {
  const { t } = speech;
  const hasUsedUpCodes = step === 'used-up';
  return accountPage(account, 'home', {
    view: 'my-account/contact-code',
    title: t(hasUsedUpCodes ? 'code-page.used-up.title' : 'contacts.code.title'),
    status: mistakes.length === 0 ? 200 : 422,
    mistakes,
    ...(hasUsedUpCodes ? {} : { action: codeAddress, secondsLeft }),
    values: {
      sent: around(t, `contacts.code.sent.${kind}`, 'destination'),
      destination: kind === 'phone' ? formatPhone(value) : value,
      withheld: describeWithheld(speech, withheld, now),
      changeUrl: addressOf(kind),
      change: t(`contacts.code.change.${kind}`),
      hasUsedUpCodes,
      resend: resendAt === undefined ? null : describeCountdown(t, 'code-page.wait', resendAt, now),
    },
  });
};

export const removeContactPage = (
  { t }: Speech,
  account: ShownAccount,
  kind: ContactKind,
  { isLast, isNeededForPin, factor }: Loss,
  status = 200,
): Page => {
  const contact = account[kind];
  const other = kind === 'phone' ? 'email' : 'phone';
  const losses = ['sign-in', 'codes', ...(isNeededForPin ? ['pin'] : []), 'back'];
  return accountPage(account, 'home', {
    view: 'my-account/remove-contact',
    title: t(isLast ? `contacts.last.title.${kind}` : `contacts.remove.title.${kind}`),
    status,
    ...(isLast ? {} : { action: removalOf(kind) }),
    values: {
      isLast,
      text: isLast ? t(`contacts.last.text.${kind}`) : '',
      other: {
        href: addressOf(other),
        label: t(`contacts.last.${nextAct(account[other]) === 'add' ? 'add' : 'confirm'}.${other}`),
      },
      contact: told(kind, contact),
      points: [
        ...losses.map((loss) => t(`contacts.remove.${loss}.${kind}`)),
        ...(factor === 'none' ? [] : [t('contacts.remove.factor')]),
        ...(factor === 'last' ? [t('factors.removal-last')] : []),
      ],
      submit: t(`contacts.remove.submit.${kind}`),
    },
  });
};

export const contactPages = { contactsPage, newContactPage, contactCodePage, removeContactPage };
