// The contacts of an account: each is given, proved, changed and removed by its own person alone (ATT-R12, 6.3.7).
import { readStep, type ContactAnswers, type ContactStep } from './answers.ts';
import { createConfirmContact, type ConfirmNeeds } from './confirm-contact.ts';
import { createContactCode, type ContactCodeNeeds } from './contact-code.ts';
import { createContactFlows, type Person } from './contact-flow.ts';
import { createGiveContact, resendTime, type GiveNeeds } from './give-contact.ts';
import { createRemoveContact, type RemoveNeeds } from './remove-contact.ts';
import { hasSecondFactor } from '../../second-factors/index.ts';
import type { Account, ContactKind } from '../../accounts/index.ts';

export interface OpenContact {
  step: ContactStep;
  answers: Pick<ContactAnswers, 'kind' | 'value' | 'withheld'>;
  /** When a new code may be asked for, unless it may now. */
  resendAt: Date | undefined;
  secondsLeft: number;
}

/** What a person has less of without a contact. */
export interface Loss {
  /** No other confirmed one would be left. */
  isLast: boolean;
  /** A PIN could not be set anew without it. */
  isNeededForPin: boolean;
  /** Whether a second factor goes with it, and no other is left. */
  factor: 'none' | 'one' | 'last';
}

interface Needs extends GiveNeeds, ConfirmNeeds, RemoveNeeds, ContactCodeNeeds {
  accounts: ConfirmNeeds['accounts'];
  delivery: GiveNeeds['delivery'] & ConfirmNeeds['delivery'];
  proofSeconds: number;
  /** What `pin/` says: what a person lacks to set one. */
  readinessOf: (account: Account) => { missing: readonly string[] };
}

export const createContacts = (needs: Needs) => {
  const { now } = needs;
  const contactFlows = createContactFlows(needs);
  const code = createContactCode(needs);

  const open = async (token: string | undefined, person: Person): Promise<OpenContact | undefined> => {
    const flow = await contactFlows.find(token, person);
    if (flow === undefined) return undefined;
    const resendAt = resendTime(flow.answers);
    return {
      step: readStep(flow.step),
      answers: flow.answers,
      resendAt: resendAt > now() ? resendAt : undefined,
      secondsLeft: Math.ceil((contactFlows.goodUntil(flow).getTime() - now().getTime()) / 1000),
    };
  };

  /** The person asked for more time. */
  const extend = async (token: string | undefined, person: Person): Promise<void> => {
    const flow = await contactFlows.find(token, person);
    if (flow !== undefined) await needs.flows.extend(flow);
  };

  /** The person would rather not. */
  const cancel = async (token: string | undefined, person: Person): Promise<void> => {
    const flow = await contactFlows.find(token, person);
    if (flow !== undefined) await needs.flows.end(flow);
  };

  const factorLossOf = async (account: Account): Promise<Loss['factor']> => {
    const factors = await needs.secondFactors.ofAccount(account);
    if (!factors.sms) return 'none';
    return hasSecondFactor({ ...factors, sms: false }) ? 'one' : 'last';
  };

  return {
    open,
    extend,
    cancel,
    ...createGiveContact(needs, contactFlows, code),
    confirm: createConfirmContact(needs, contactFlows, code),
    remove: createRemoveContact(needs),
    /** What goes with it. */
    lossOf: async (account: Account, kind: ContactKind): Promise<Loss> => ({
      isLast: !account[kind === 'phone' ? 'email' : 'phone']?.confirmedAt,
      isNeededForPin: needs.readinessOf({ ...account, [kind]: undefined }).missing.includes(kind),
      factor: kind === 'phone' ? await factorLossOf(account) : 'none',
    }),
  };
};

export type ContactsRules = ReturnType<typeof createContacts>;
