// A passkey opens the account without a password, and is a second factor after it: added and taken away by who has just proved who they are, and told each time; the last way in stays.
import { z } from 'zod';
import type { Account } from '../../accounts/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import type { Passkey, Passkeys } from '../../second-factors/index.ts';
import type { FreshProof } from '../../sessions/index.ts';
import type { AccountVisit } from '../account-visit.ts';
import { createChangeAccount, type ChangeAccountNeeds, type Person } from '../factors/change-account.ts';
import { createFirstAndLast, type FirstAndLastNeeds } from '../factors/first-and-last.ts';
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

interface Needs extends ChangeAccountNeeds, FirstAndLastNeeds {
  passkeys: Passkeys;
  flows: FlowOf<AddingAnswers>;
  /** How many a person may have. */
  most: number;
}

/** `codes`: recovery codes, made with the first factor and shown this once. */
export type PasskeyAdded = { outcome: 'added'; codes: string[] } | { outcome: 'refused' | 'taken' | 'gone' };
export type PasskeyRemoved = {
  /** `last`: the only way to sign in. `last-factor`: the only second factor, and the person has not said that they know. */
  outcome: 'removed' | 'last' | 'last-factor' | 'unknown' | 'signed-out';
};

export const createPasskeySettings = (needs: Needs) => {
  const { passkeys, flows, journal } = needs;
  const change = createChangeAccount(needs);
  const firstAndLast = createFirstAndLast(needs);

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
    { token, answer, deviceCookie }: { token: string | undefined; answer: string; deviceCookie: string | undefined },
    visit: AccountVisit,
  ): Promise<PasskeyAdded> => {
    const flow = await find(person, token);
    if (flow === undefined || !(await flows.end(flow))) return { outcome: 'gone' };
    const { accountId, name, challenge, userHandle } = flow.answers;
    const made = await passkeys.readNew(answer, challenge);
    if (made === undefined) return { outcome: 'refused' };

    const codes = firstAndLast.draw();
    const outcome = await change(person, 'passkey-added', visit, async (tx, account, createdAt) => {
      const passkey = { ...made, accountId, userHandle, name, createdAt, lastUsedAt: null };
      const isFirst = await firstAndLast.isFirst(tx, account);
      if (!(await passkeys.add(tx, passkey))) return { outcome: 'taken', isDone: false };
      if (isFirst) await firstAndLast.welcome(tx, account, { codes, deviceCookie });
      return { outcome: isFirst ? 'first' : 'another', isDone: true };
    });
    if (outcome === 'taken') return { outcome };
    if (outcome === 'signed-out') return { outcome: 'gone' };
    return { outcome: 'added', codes: outcome === 'first' ? codes : [] };
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

  /** `isSure`: the person was told what goes with the last second factor. */
  const remove = async (
    person: Person,
    proof: FreshProof,
    { id, isSure }: { id: string; isSure: boolean },
    visit: AccountVisit,
  ): Promise<PasskeyRemoved> => {
    const { accountId } = proof;
    const outcome = await change(person, 'passkey-removed', visit, async (tx, account) => {
      const there = await passkeys.list(accountId, tx);
      if (!there.some((passkey) => passkey.id === id)) return { outcome: 'unknown', isDone: false };
      if (there.length === 1 && account.passwordVerifier === undefined) return { outcome: 'last', isDone: false };
      const isLastFactor = await firstAndLast.isLast(tx, account, { passkeys: there.length - 1 });
      if (isLastFactor && !isSure) return { outcome: 'last-factor', isDone: false };

      await passkeys.remove(tx, accountId, id);
      if (isLastFactor) await firstAndLast.sayGoodbye(tx, account);
      return { outcome: 'removed', isDone: true };
    });
    return { outcome };
  };

  return { most: needs.most, list, begin, open, add, rename, remove };
};

export type PasskeySettings = ReturnType<typeof createPasskeySettings>;
