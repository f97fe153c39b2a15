// A passkey opens the account without a password: it is added and taken away by who has just proved who they are, and told each time; the last way in stays.
import { z } from 'zod';
import type { Account, Accounts } from '../../accounts/index.ts';
import type { Delivery } from '../../delivery/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import type { Journal, JournalEventType } from '../../journal/index.ts';
import type { InTransaction, Tx } from '../../mongo/index.ts';
import type { Notices } from '../../notices/index.ts';
import type { Passkey, Passkeys } from '../../second-factors/index.ts';
import type { FreshProof } from '../../sessions/index.ts';
import type { AccountVisit } from '../account-visit.ts';
import { readPasskeyName } from './passkey-name.ts';

const answersSchema = z.strictObject({
  accountId: z.string(),
  sessionUid: z.string(),
  name: z.string(),
  challenge: z.string(),
  userHandle: z.string(),
});
type AddingAnswers = z.infer<typeof answersSchema>;
export const parseAddingAnswers = (stored: unknown): AddingAnswers => answersSchema.parse(stored);

/** `since`: when they signed in, in epoch seconds. */
interface Person {
  account: Account;
  sessionUid: string;
  since: number;
}

interface Needs {
  passkeys: Passkeys;
  flows: FlowOf<AddingAnswers>;
  accounts: Pick<Accounts, 'find' | 'holdStill'>;
  isAlive: (account: Account, session: { since: number; sessionUid: string }) => boolean;
  notices: Notices;
  journal: Journal;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  /** How many a person may have. */
  most: number;
  now: () => Date;
}

export type PasskeyAdded = { outcome: 'added' | 'refused' | 'taken' | 'gone' };
export type PasskeyRemoved = { outcome: 'removed' | 'last' | 'unknown' | 'signed-out' };

export const createPasskeySettings = (needs: Needs) => {
  const { passkeys, flows, accounts, journal, notices, inTransaction, now } = needs;

  /** The account as it is now, held still, while the session that asks still counts. */
  const current = async (tx: Tx, { account, ...session }: Person): Promise<Account | undefined> => {
    await accounts.holdStill(tx, account.id);
    const found = await accounts.find(account.id, tx);
    return found !== undefined && needs.isAlive(found, session) ? found : undefined;
  };

  const tell = async (
    tx: Tx,
    account: Account,
    type: JournalEventType & ('passkey-added' | 'passkey-removed'),
    visit: AccountVisit,
    at: Date,
  ) => {
    await journal.writeIn(tx, { type, accountId: account.id, ...visit });
    await notices.tell(tx, account, type, { at, device: visit.device, requestId: visit.requestId });
  };

  const list = ({ id }: Pick<Account, 'id'>): Promise<Passkey[]> => passkeys.list(id);

  /** The proof is what the rest stands on: nobody comes here without one. */
  const begin = async (
    { accountId, sessionUid }: FreshProof,
    typedName: string,
  ): Promise<{ outcome: 'begun'; flowToken: string } | { outcome: 'no-name' | 'full' }> => {
    const name = readPasskeyName(typedName);
    if (name === undefined) return { outcome: 'no-name' };
    if ((await passkeys.list(accountId)).length >= needs.most) return { outcome: 'full' };

    const keys = { challenge: passkeys.drawChallenge(), userHandle: await passkeys.userHandleOf(accountId) };
    const { token } = await flows.begin('asked', { accountId, sessionUid, name, ...keys });
    return { outcome: 'begun', flowToken: token };
  };

  const find = async (
    { account, sessionUid }: Person,
    token: string | undefined,
  ): Promise<Flow<AddingAnswers> | undefined> => {
    const flow = await flows.read(token);
    const isOwn = flow?.answers.accountId === account.id && flow.answers.sessionUid === sessionUid;
    return isOwn ? flow : undefined;
  };

  /** What the authenticator is asked, and the name it will have; undefined where nothing was begun. */
  const open = async (person: Person, token: string | undefined) => {
    const flow = await find(person, token);
    if (flow === undefined) return undefined;
    const { id: accountId, phone, email, profile } = person.account;
    const owner = { accountId, login: phone?.value ?? email?.value ?? '', displayName: profile.givenName };
    const { name, challenge, userHandle } = flow.answers;
    return { name, options: await passkeys.creationOptions(owner, challenge, userHandle) };
  };

  /** One answer to one question: it is spent whatever was in it. */
  const add = async (
    person: Person,
    token: string | undefined,
    answer: string,
    visit: AccountVisit,
  ): Promise<PasskeyAdded> => {
    const flow = await find(person, token);
    if (flow === undefined || !(await flows.end(flow))) return { outcome: 'gone' };
    const { accountId, name, challenge, userHandle } = flow.answers;
    const made = await passkeys.readNew(answer, challenge);
    if (made === undefined) return { outcome: 'refused' };

    const at = now();
    const outcome = await inTransaction(async (tx) => {
      const account = await current(tx, person);
      if (account === undefined) return 'gone' as const;
      const passkey = { ...made, accountId, userHandle, name, createdAt: at, lastUsedAt: null };
      if (!(await passkeys.add(tx, passkey))) return 'taken' as const;
      await tell(tx, account, 'passkey-added', visit, at);
      return 'added' as const;
    });
    if (outcome === 'added') needs.delivery.nudge();
    return { outcome };
  };

  const rename = async (
    { account }: Person,
    id: string,
    typedName: string,
    visit: AccountVisit,
  ): Promise<{ outcome: 'renamed' | 'no-name' | 'unknown' }> => {
    const name = readPasskeyName(typedName);
    if (name === undefined) return { outcome: 'no-name' };
    if (!(await passkeys.rename(account.id, id, name))) return { outcome: 'unknown' };
    await journal.write({ type: 'passkey-renamed', accountId: account.id, ...visit });
    return { outcome: 'renamed' };
  };

  const remove = async (
    person: Person,
    proof: FreshProof,
    id: string,
    visit: AccountVisit,
  ): Promise<PasskeyRemoved> => {
    const { accountId } = proof;
    const at = now();
    const outcome = await inTransaction(async (tx) => {
      const account = await current(tx, person);
      if (account === undefined) return 'signed-out' as const;
      const isLast = account.passwordVerifier === undefined && (await passkeys.list(accountId, tx)).length === 1;
      if (isLast) return 'last' as const;
      if (!(await passkeys.remove(tx, accountId, id))) return 'unknown' as const;
      await tell(tx, account, 'passkey-removed', visit, at);
      return 'removed' as const;
    });
    if (outcome === 'removed') needs.delivery.nudge();
    return { outcome };
  };

  return { most: needs.most, list, begin, open, add, rename, remove };
};

export type PasskeySettings = ReturnType<typeof createPasskeySettings>;
