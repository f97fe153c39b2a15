// One browser on its way to a new contact: whose it is, where it stands, and one step at a time.
import type { ContactAnswers, ContactStep } from './answers.ts';
import type { Account } from '../../accounts/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import type { Tx } from '../../mongo/index.ts';

/** Who is signed in, in which session; `since` in epoch seconds. */
export interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

export type ContactFlow = Flow<ContactAnswers>;

interface Needs {
  flows: FlowOf<ContactAnswers>;
  /** Seconds that a proof carries this way, however often the person asks for more time. */
  proofSeconds: number;
  now: () => Date;
}

export const createContactFlows = ({ flows, proofSeconds, now }: Needs) => {
  const goodUntil = ({ expiresAt, answers: { provedAt } }: ContactFlow): Date =>
    new Date(Math.min(expiresAt.getTime(), provedAt + proofSeconds * 1000));

  /** A later sign-in may go on in the same session: what was proved before it counts no more. */
  const isOf = ({ account, sessionUid, since }: Person, { answers }: ContactFlow): boolean =>
    answers.accountId === account.id && answers.sessionUid === sessionUid && answers.provedAt >= since * 1000;

  /** The flow of this browser, of this person in this very session. */
  const find = async (token: string | undefined, person: Person): Promise<ContactFlow | undefined> => {
    const flow = await flows.read(token);
    return flow !== undefined && isOf(person, flow) && goodUntil(flow) > now() ? flow : undefined;
  };

  return {
    find,
    goodUntil,
    /** Where a code is waited for. */
    atCode: async (token: string | undefined, person: Person): Promise<ContactFlow | undefined> => {
      const flow = await find(token, person);
      return flow?.step === 'code' ? flow : undefined;
    },
    /** Undefined where somebody else has moved on meanwhile. */
    change: async (
      flow: ContactFlow,
      step: ContactStep,
      changes: Partial<ContactAnswers> = {},
      tx?: Tx,
    ): Promise<ContactFlow | undefined> => {
      const answers = { ...flow.answers, ...changes };
      const isMoved = await flows.advance(flow, step, answers, tx);
      return isMoved ? { ...flow, step, turn: flow.turn + 1, answers } : undefined;
    },
  };
};

export type ContactFlows = ReturnType<typeof createContactFlows>;
