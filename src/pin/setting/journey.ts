// One browser on its way to a PIN: whose it is, where it stands, and one step at a time.
import type { SettingAnswers, SettingStep } from './answers.ts';
import type { Account } from '../../accounts/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import type { Tx } from '../../mongo/index.ts';

/** Who is signed in, in which session; `since` in epoch seconds. */
export interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

export type SettingFlow = Flow<SettingAnswers>;

interface Needs {
  flows: FlowOf<SettingAnswers>;
  /** Seconds that a proof carries this way, however often the person asks for more time. */
  proofSeconds: number;
  now: () => Date;
}

export const createJourney = ({ flows, proofSeconds, now }: Needs) => {
  const goodUntil = ({ expiresAt, answers: { provedAt } }: SettingFlow): Date =>
    provedAt === 0 ? expiresAt : new Date(Math.min(expiresAt.getTime(), provedAt + proofSeconds * 1000));

  /** A later sign-in may go on in the same session: what was proved before it counts no more. */
  const isOf = ({ account, sessionUid, since }: Person, { answers }: SettingFlow): boolean => {
    const isOwn = answers.accountId === account.id && answers.sessionUid === sessionUid;
    return isOwn && (answers.provedAt === 0 || answers.provedAt >= since * 1000);
  };

  /** The flow of this browser, of this person in this very session. */
  const find = async (token: string | undefined, person: Person): Promise<SettingFlow | undefined> => {
    const flow = await flows.read(token);
    return flow !== undefined && isOf(person, flow) && goodUntil(flow) > now() ? flow : undefined;
  };

  return {
    find,
    goodUntil,
    at: async (token: string | undefined, person: Person, step: SettingStep): Promise<SettingFlow | undefined> => {
      const flow = await find(token, person);
      return flow?.step === step ? flow : undefined;
    },
    /** Undefined where somebody else has moved on meanwhile. */
    change: async (
      flow: SettingFlow,
      step: SettingStep,
      changes: Partial<SettingAnswers> = {},
      tx?: Tx,
    ): Promise<SettingFlow | undefined> => {
      const answers = { ...flow.answers, ...changes };
      const isMoved = await flows.advance(flow, step, answers, tx);
      return isMoved ? { ...flow, step, turn: flow.turn + 1, answers } : undefined;
    },
  };
};

export type Journey = ReturnType<typeof createJourney>;
