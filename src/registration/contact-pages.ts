// The pages that prove a contact: the first one on the way, a second one when all is done.
import { around, describeCountdown, describeWait, type Mistake, type Page, type Speech } from '../web/index.ts';
import { addressOf, progressOf, question, shown, type From } from './question-page.ts';
import type { Answers } from './answers.ts';
import type { CodeStep } from './prove-contact.ts';

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

/** Why no code went, and when one may. */
const describeWithheld = ({ t }: Speech, withheld: Answers['withheld'], now: Date): string => {
  if (withheld === null) return '';
  const until = new Date(withheld.until);
  if (until <= now) return t('registration.code.withheld.over');
  return t(`registration.code.withheld.${withheld.why}`, { duration: describeWait(until, now, t) });
};

export const codePage = (
  speech: Speech,
  { contact, hasUsedUpCodes, withheld }: Pick<Answers, 'contact' | 'hasUsedUpCodes' | 'withheld'>,
  { from, mistakes, resendAt, step = 'code' }: CodeState,
  now: Date,
): Page => {
  const channel = contact?.kind === 'phone' ? 'sms' : 'email';
  const { action, ...page } = question(speech, 'code', { mistakes }, from, {
    sent: around(speech.t, `registration.code.sent.${channel}`, 'destination'),
    destination: shown(contact),
    withheld: describeWithheld(speech, withheld, now),
    changeUrl: addressOf(step === 'code' ? 'contact' : 'second'),
    hasUsedUpCodes,
    resend: resendAt === undefined ? null : describeCountdown(speech.t, 'code-page.wait', resendAt, now),
    progress: progressOf(step),
  });
  return hasUsedUpCodes
    ? { ...page, title: speech.t('code-page.used-up.title') }
    : { ...page, action: addressOf(step) };
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
