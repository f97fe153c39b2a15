// What bounds a recovery: messages by network and contact, wrong codes by network and account. Who is nobody is counted alike (ENUM-02, R10, R11).
import type { Answers } from './answers.ts';
import type { RecoveryFlow } from './steps.ts';
import type { Attempts } from '../attempts/index.ts';
import type { SendRules, Sends, SmsGuard } from '../codes/index.ts';

export type Leave =
  | { outcome: 'go' }
  /** By the limit of the contact, which others share: nothing shows. `isFirst`: in this hour. */
  | { outcome: 'hidden'; isFirst: boolean }
  /** By the limits of a network and of SMS, which say nothing of the contact. */
  | { outcome: 'withheld'; why: 'network' | 'sms'; until: Date };

export interface LimitNeeds {
  sends: Sends;
  smsGuard: SmsGuard;
  /** Wrong codes of one network. */
  guesses: Attempts;
  /** Wrong codes of one account. */
  codeAttempts: Attempts;
  perContact: SendRules;
  sendsPerNetwork: SendRules;
  now: () => Date;
}

const hour = 3600 * 1000;
const onceAnHour: SendRules = [{ seconds: 3600, count: 1 }];

/** A browser that its person knows and a document that is right have counts of their own: who has neither cannot use them up. */
const budgetOf = ({ isKnown, documentType }: Answers): string => {
  if (isKnown) return 'known-browser';
  return documentType === 'none' ? 'without-document' : 'any-browser';
};

/** Only what matches counts against a person. */
const whoseOf = ({ id, answers: { isMatch, accountId } }: RecoveryFlow): string =>
  isMatch && accountId !== null ? accountId : `nobody:${id}`;

const contactOf = (answers: Answers): string =>
  `recovery:${answers.isMatch ? budgetOf(answers) : 'unmatched'}:${answers.contact.value}`;

/** Strangers may be in a person's own network; a browser that is known counts as one of its own. */
const whereOf = ({ answers: { isKnown, accountId } }: RecoveryFlow, network: string): string =>
  isKnown && accountId !== null ? `known-browser:${accountId}` : network;

export const createRecoveryLimits = (needs: LimitNeeds) => {
  const { sends, smsGuard, guesses, codeAttempts, now } = needs;
  const accountSubject = (flow: RecoveryFlow): string => `recovery:${budgetOf(flow.answers)}:${whoseOf(flow)}`;
  const networkSubject = (flow: RecoveryFlow, network: string): string => `recovery:guesses:${whereOf(flow, network)}`;

  return {
    /** Whether a message may go now. The network first: whoever has used up their own share takes nothing from a contact. */
    askLeave: async (flow: RecoveryFlow, network: string): Promise<Leave> => {
      const { id, answers } = flow;
      const where = whereOf(flow, network);
      const byNetwork = await sends.reserve(`recovery:sends:${where}`, needs.sendsPerNetwork);
      if (byNetwork.outcome === 'wait') return { outcome: 'withheld', why: 'network', until: byNetwork.until };
      const { contact, goesTo } = answers;
      const isSms = contact.kind === 'phone' && goesTo === 'typed';
      if (isSms && !(await smsGuard.mayGo(contact.value, where)))
        return { outcome: 'withheld', why: 'sms', until: new Date(now().getTime() + hour) };
      const subject = contactOf(answers);
      const mayGo = (await sends.reserve(subject, needs.perContact)).outcome === 'reserved';
      // What never goes says nothing of how SMS are used: whoever asks for strangers' numbers would stop SMS for all.
      if (isSms) await smsGuard.noteSent(mayGo && answers.isMatch);
      // Counted where nobody is told, too: both cost the same.
      const told = await sends.reserve(mayGo ? `recovery:not-told:${id}` : `${subject}:told`, onceAnHour);
      return mayGo ? { outcome: 'go' } : { outcome: 'hidden', isFirst: told.outcome === 'reserved' };
    },
    /** Too many wrong codes of this account: none is compared any more. */
    isSpent: async (flow: RecoveryFlow): Promise<boolean> =>
      (await codeAttempts.waitingUntil(accountSubject(flow))) !== undefined,
    /** Counts one try; `until`: this network has to wait. `isSpent`: whatever is typed is not right. */
    reserveTry: async (
      flow: RecoveryFlow,
      network: string,
    ): Promise<{ outcome: 'wait'; until: Date } | { outcome: 'reserved'; isSpent: boolean }> => {
      const byNetwork = await guesses.reserve(networkSubject(flow, network));
      if (byNetwork.outcome === 'wait') return byNetwork;
      const byAccount = await codeAttempts.reserve(accountSubject(flow));
      return { outcome: 'reserved', isSpent: byAccount.outcome === 'wait' };
    },
    /** It was right, or nothing was compared. */
    giveTryBack: async (flow: RecoveryFlow, network: string, { isSpent }: { isSpent: boolean }): Promise<void> => {
      await guesses.giveBack(networkSubject(flow, network));
      // What was not counted is not given back, and costs the same.
      await codeAttempts.giveBack(isSpent ? `recovery:not-counted:${flow.id}` : accountSubject(flow));
    },
  };
};

export type RecoveryLimits = ReturnType<typeof createRecoveryLimits>;
