// An account is deleted a week after its person asked for it. In between it is as good as gone: nobody is signed in, no service learns anything, and signing in leads to one question only.
import { z } from 'zod';
import { isAlive, type FreshProof } from '../../sessions/index.ts';
import type { Account, Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { SessionEnds, SignedInPerson } from '../../oidc/index.ts';

export interface LeavingVisit {
  clientId: string | undefined;
  requestId: string;
  network: string;
  device: string;
}

const answersSchema = z.strictObject({ accountId: z.string(), interactionUid: z.string() });
export type LeavingAnswers = z.infer<typeof answersSchema>;
export const parseLeavingAnswers = (stored: unknown): LeavingAnswers => answersSchema.parse(stored);

/** What somebody finds who signs in to an account that is leaving. */
export type LeavingState = { state: 'leaving'; account: Account; deleteAt: Date } | { state: 'kept' };

interface Needs {
  accounts: Pick<Accounts, 'find' | 'leave' | 'stay'>;
  sessionEnds: Pick<SessionEnds, 'endAllSessions'>;
  /** Nothing that waits to be confirmed may be confirmed any more. */
  endOperations: (tx: Tx, accountId: string) => Promise<void>;
  flows: FlowOf<LeavingAnswers>;
  journal: Pick<Journal, 'writeIn'>;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  /** How long they can change their mind. */
  afterSeconds: number;
  now: () => Date;
}

const lastDigits = ({ accountNumber }: Pick<Account, 'accountNumber'>): string => accountNumber.slice(-4);

export const createLeaving = (needs: Needs) => {
  const { accounts, sessionEnds, flows, journal, notices, inTransaction, now } = needs;
  const factsOf = (at: Date, { device, requestId }: LeavingVisit) => ({ at, device, requestId });

  /** `typed`: the last four digits of the account's number. `over`: the session has ended meanwhile. */
  const ask = async (
    { account: { id: accountId }, sessionUid, since }: SignedInPerson,
    { proof, typed }: { proof: FreshProof; typed: string },
    visit: LeavingVisit,
  ): Promise<{ outcome: 'leaving' | 'mistyped' | 'over' }> => {
    if (proof.accountId !== accountId || proof.sessionUid !== sessionUid) return { outcome: 'over' };
    const at = now();
    const deleteAt = new Date(at.getTime() + needs.afterSeconds * 1000);
    const outcome = await inTransaction(async (tx) => {
      const account = await accounts.find(accountId, tx);
      if (account === undefined || !isAlive(account, { since, sessionUid })) return 'over' as const;
      if (typed.replace(/\s/g, '') !== lastDigits(account)) return 'mistyped' as const;
      if (!(await accounts.leave(tx, accountId, deleteAt))) return 'over' as const;
      await sessionEnds.endAllSessions(tx, accountId);
      await needs.endOperations(tx, accountId);
      await journal.writeIn(tx, { type: 'deletion-asked', accountId, ...visit });
      await notices.tell(tx, account, 'deletion-asked', factsOf(at, visit));
      return 'leaving' as const;
    });
    if (outcome === 'leaving') needs.delivery.nudge();
    return { outcome };
  };

  const isLeaving = ({ state, deleteAt }: Account): boolean =>
    state === 'leaving' && deleteAt !== undefined && deleteAt > now();

  /** The password was right: from here on this browser is asked one thing. */
  const begin = async ({ id: accountId }: Account, interactionUid: string): Promise<{ flowToken: string }> => ({
    flowToken: (await flows.begin('asked', { accountId, interactionUid })).token,
  });

  const find = async (token: string | undefined, interactionUid: string): Promise<Flow<LeavingAnswers> | undefined> => {
    const flow = await flows.read(token);
    return flow?.answers.interactionUid === interactionUid ? flow : undefined;
  };

  const open = async (token: string | undefined, interactionUid: string): Promise<LeavingState | undefined> => {
    const flow = await find(token, interactionUid);
    if (flow === undefined) return undefined;
    if (flow.step === 'kept') return { state: 'kept' };

    const account = await accounts.find(flow.answers.accountId);
    if (account?.deleteAt === undefined || !isLeaving(account)) return undefined;
    return { state: 'leaving', account, deleteAt: account.deleteAt };
  };

  /** The account stays as it was, but for its sessions: they sign in anew. */
  const keep = async (
    token: string | undefined,
    interactionUid: string,
    visit: LeavingVisit,
  ): Promise<{ outcome: 'kept' | 'gone' }> => {
    const flow = await find(token, interactionUid);
    const account = flow?.step === 'asked' ? await accounts.find(flow.answers.accountId) : undefined;
    if (flow === undefined || account === undefined) return { outcome: 'gone' };

    const { id: accountId } = account;
    const at = now();
    const isKept = await inTransaction(async (tx) => {
      if (!(await accounts.stay(tx, accountId))) return false;
      await flows.advance(flow, 'kept', flow.answers, tx);
      await journal.writeIn(tx, { type: 'deletion-undone', accountId, ...visit });
      await notices.tell(tx, account, 'deletion-undone', factsOf(at, visit));
      return true;
    });
    if (isKept) needs.delivery.nudge();
    return { outcome: isKept ? 'kept' : 'gone' };
  };

  return { ask, isLeaving, begin, open, keep };
};

export type LeavingRules = ReturnType<typeof createLeaving>;
