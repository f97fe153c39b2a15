// The contacts of an account: each is given, proved, changed and removed by its own person alone (ATT-R12, 6.3.7).
import { readStep, type ContactAnswers, type ContactStep } from './answers.ts';
import { createConfirmContact, type ConfirmNeeds } from './confirm-contact.ts';
import { createContactCode, type ContactCodeNeeds } from './contact-code.ts';
import { createContactFlows, type Person } from './contact-flow.ts';
import { createGiveContact, resendTime, type GiveNeeds } from './give-contact.ts';
import { createRemoveContact } from './remove-contact.ts';
import type { Account, ContactKind } from '../../accounts/index.ts';

export interface OpenContact {
  step: ContactStep;
  answers: Pick<ContactAnswers, 'kind' | 'value' | 'withheld'>;
  /** When a new code may be asked for, unless it may now. */
  resendAt: Date | undefined;
  secondsLeft: number;
}

interface Needs extends GiveNeeds, ConfirmNeeds, ContactCodeNeeds {
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

  return {
    open,
    extend,
    cancel,
    ...createGiveContact(needs, contactFlows, code),
    confirm: createConfirmContact(needs, contactFlows, code),
    remove: createRemoveContact(needs),
    /** Whether a PIN could not be set anew without it. */
    isNeededForPin: (account: Account, kind: ContactKind): boolean =>
      needs.readinessOf({ ...account, [kind]: undefined }).missing.includes(kind),
  };
};

export type ContactsRules = ReturnType<typeof createContacts>;
