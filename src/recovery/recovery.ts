// "I don't know my password": contact, document, code, new password, each once and in order; no session comes of it.
import { createBeginRecovery, resendTime, type BeginNeeds } from './begin-recovery.ts';
import { createConfirmCode, type ConfirmNeeds } from './confirm-code.ts';
import { createRecoveryLimits, type LimitNeeds } from './recovery-limits.ts';
import { createRecoveryMessages, channelOf, type MessageNeeds } from './recovery-messages.ts';
import { createSetPassword, type PasswordNeeds } from './set-password.ts';
import { createSteps, type RecoveryPlace } from './steps.ts';
import type { Answers } from './answers.ts';
import type { Accounts } from '../accounts/index.ts';
import type { Codes } from '../codes/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Delivery } from '../delivery/index.ts';

interface Needs extends BeginNeeds, ConfirmNeeds, LimitNeeds, MessageNeeds, PasswordNeeds {
  accounts: Accounts;
  codes: Codes;
  devices: Devices;
  delivery: Delivery;
}

/** What a page may know: nothing of whose contact it is. */
export interface OpenRecovery {
  place: RecoveryPlace;
  answers: Pick<Answers, 'from' | 'contact' | 'documentType' | 'documentNumber' | 'goesTo'>;
  /** The message is not written yet. */
  isUnsent: boolean;
  withheld: { why: 'network' | 'sms'; until: Date } | undefined;
  resendAt: Date | undefined;
  /** From when the password can be set. */
  readyAt: Date | undefined;
  expiresAt: Date;
}

export const createRecovery = (needs: Needs) => {
  const { now } = needs;
  const steps = createSteps(needs);
  const limits = createRecoveryLimits(needs);
  const messages = createRecoveryMessages(needs);

  /** A recovery that was stopped, or whose contact gives nobody their access back any more, has nothing to wait for; only who has come to a right code can learn it. */
  const isStopped = async ({ contact, accountId, epoch, provedAt }: Answers): Promise<boolean> => {
    if (provedAt === null) return false;
    const account = await needs.accounts.findRecoverable(contact);
    return account === undefined || account.id !== accountId || account.recoveryEpoch !== epoch;
  };

  const open = async (token: string | undefined): Promise<OpenRecovery | undefined> => {
    const flow = await steps.read(token);
    if (flow === undefined) return undefined;
    const { answers, expiresAt, state } = flow;
    const { withheld, readyAt } = answers;
    const place = steps.placeOf(flow);
    const isOver = (place === 'wait' || place === 'password') && (await isStopped(answers));
    return {
      place: isOver ? 'refused' : place,
      answers,
      isUnsent: state === 'document-given',
      withheld: withheld === null ? undefined : { why: withheld.why, until: new Date(withheld.until) },
      resendAt: resendTime(answers) > now() ? resendTime(answers) : undefined,
      readyAt: readyAt === null ? undefined : new Date(readyAt),
      expiresAt,
    };
  };

  return {
    ...createBeginRecovery(needs, steps, { limits, messages }),
    open,
    /** The channel does not work just now, whoever asks. */
    isDown: (contact: Answers['contact']): Promise<boolean> => needs.delivery.isDown(channelOf(contact.kind)),
    confirm: createConfirmCode(needs, steps, limits),
    setPassword: createSetPassword(needs, steps),
  };
};

export type RecoveryRules = ReturnType<typeof createRecovery>;
