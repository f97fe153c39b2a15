// The pages of a way back to one's access: the same words for everybody, whoever has an account and whoever has none.
import { formatPhone } from '../accounts/index.ts';
import {
  around,
  describeCountdown,
  describeMoment,
  describeWait,
  passwordAdvice,
  type Mistake,
  type Page,
  type Speech,
} from '../web/index.ts';
import { documentTypes, type Answers } from './answers.ts';
import type { OpenRecovery } from './recovery.ts';
import type { ServiceView } from '../oidc/index.ts';

const base = '/recovery';
export type RecoveryAddress = 'document' | 'code' | 'wait' | 'password' | 'done' | 'refused' | 'over' | 'ways';
export const addressOf = (place: RecoveryAddress | 'start'): string => (place === 'start' ? base : `${base}/${place}`);

/** The service that the person came from, if any. */
export type From = Pick<ServiceView, 'name' | 'host' | 'initial'> | undefined;
type ShownContact = Pick<OpenRecovery['answers'], 'contact'>;

const order = ['start', 'document', 'code', 'password'] as const;
const progressOf = (place: (typeof order)[number]) => ({ step: order.indexOf(place) + 1, of: order.length });

const shown = ({ contact }: ShownContact): string =>
  contact.kind === 'phone' ? formatPhone(contact.value) : contact.value;

interface Common {
  from: From;
  mistakes?: Mistake[];
}

const page = (
  { t }: Speech,
  place: (typeof order)[number],
  { from, mistakes = [] }: Common,
  values: Record<string, unknown>,
): Page => ({
  view: `recovery/${place}`,
  title: t(`recovery.${place}.title`),
  status: mistakes.length === 0 ? 200 : 422,
  mistakes,
  action: addressOf(place),
  values: { service: from ?? null, progress: progressOf(place), waysUrl: addressOf('ways'), ...values },
});

/** `continueUrl`: of a recovery that this browser has begun; `fromUid`: the request of the service, kept while there is no flow yet. */
export const startPage = (
  speech: Speech,
  contact: string,
  { fromUid = '', continueUrl = '', ...common }: Common & { fromUid?: string; continueUrl?: string },
): Page => page(speech, 'start', common, { contact, fromUid, continueUrl });

export const documentPage = (
  speech: Speech,
  { documentType, documentNumber }: Pick<Answers, 'documentNumber'> & { documentType: string | null },
  common: Common,
): Page => {
  const { t } = speech;
  return page(speech, 'document', common, {
    chosen: documentType ?? '',
    documentNumber,
    options: documentTypes.map((value) => ({
      value,
      label: t(`recovery.document.type.${value}`),
      ...(value === 'none' ? { hint: t('recovery.document.none-hint') } : {}),
    })),
  });
};

export type CodeState = Common & Pick<OpenRecovery, 'isUnsent' | 'withheld' | 'resendAt'> & { isDown: boolean };

/** Why no code went, and when one may. */
const describeUnsent = ({ t }: Speech, { isUnsent, withheld }: CodeState, now: Date): string => {
  if (withheld === undefined) return isUnsent ? t('recovery.code.unsent') : '';
  if (withheld.until <= now) return t('recovery.code.withheld.over');
  return t(`recovery.code.withheld.${withheld.why}`, { duration: describeWait(withheld.until, now, t) });
};

export const codePage = (
  speech: Speech,
  answers: Pick<OpenRecovery['answers'], 'contact' | 'documentType' | 'goesTo'>,
  state: CodeState,
  now: Date,
): Page => {
  const { t } = speech;
  const { contact, documentType, goesTo } = answers;
  const channel = contact.kind === 'phone' ? 'sms' : 'email';
  const other = channel === 'sms' ? 'email' : 'sms';
  const isElsewhere = goesTo === 'other';
  return page(speech, 'code', state, {
    unsent: describeUnsent(speech, state, now),
    sent: isElsewhere
      ? [t(`recovery.code.sent-other.${other}`), '']
      : around(t, `recovery.code.sent.${channel}`, 'destination'),
    destination: isElsewhere ? '' : shown(answers),
    label: documentType === 'none' ? t(`recovery.code.label.${channel}`) : t('code-page.code'),
    otherLabel: documentType === 'none' ? t(`recovery.code.other-label.${other}`) : '',
    down: state.isDown && !isElsewhere ? t(`code-page.down.${channel}`) : '',
    otherChannel: state.isDown && !isElsewhere && documentType !== 'none' ? t(`recovery.code.send-other.${other}`) : '',
    resend: state.resendAt === undefined ? null : describeCountdown(t, 'code-page.wait', state.resendAt, now),
    documentUrl: addressOf('document'),
  });
};

/** A day to wait; `now` and the time are told as the deployment's people read them. */
export const waitPage = (speech: Speech, { from }: Common, { readyAt, now }: { readyAt: Date; now: Date }): Page => ({
  view: 'recovery/wait',
  title: speech.t('recovery.wait.title'),
  values: {
    service: from ?? null,
    when: around(speech.t, 'recovery.wait.when', 'time'),
    time: describeMoment(readyAt, speech, { zone: undefined, now }),
    waysUrl: addressOf('ways'),
  },
});

export const passwordPage = (
  speech: Speech,
  answers: ShownContact,
  { made = '', least, ...common }: Common & { made?: string; least: number },
): Page =>
  page(speech, 'password', common, {
    login: answers.contact.value,
    made,
    least,
    advice: passwordAdvice(speech.t, least),
  });

/** `signInUrl`: back in the request of the service, or to the account. */
export const donePage = ({ t }: Speech, { from }: Common, signInUrl: string): Page => ({
  view: 'recovery/done',
  title: t('recovery.done.title'),
  values: { service: from ?? null, signInUrl },
});

/** `refused`: no code of this recovery is looked at any more; `over`: too much time has gone by. */
export const endedPage = ({ t }: Speech, why: 'refused' | 'over', { from }: Common): Page => ({
  view: 'recovery/ended',
  title: t(`recovery.${why}.title`),
  values: {
    service: from ?? null,
    text: t(`recovery.${why}.text`),
    againUrl: addressOf('start'),
    waysUrl: addressOf('ways'),
  },
});

/** Every way back that there is; read by whoever cannot sign in. */
export const waysPage = ({ t }: Speech, supportContact: string): Page => ({
  view: 'recovery/ways',
  title: t('recovery.ways.title'),
  values: { support: t('recovery.ways.support.where', { support: supportContact }), startUrl: addressOf('start') },
});

export const recoveryPages = {
  startPage,
  documentPage,
  codePage,
  waitPage,
  passwordPage,
  donePage,
  endedPage,
  waysPage,
};
