// Adding and taking away codes of an app and by SMS, with what follows from it, or not at all.
import type { Account } from '../../accounts/index.ts';
import type { Tx } from '../../mongo/index.ts';
import { hasSecondFactor } from '../../second-factors/index.ts';
import type { AccountVisit } from '../account-visit.ts';
import { createChangeAccount, type ChangeAccountNeeds, type Person } from './change-account.ts';
import { createFirstAndLast, type FirstAndLastNeeds } from './first-and-last.ts';

/** `codes`: recovery codes, made with the first factor and shown this once. */
export type FactorAdded =
  | { outcome: 'added'; codes: string[] }
  /** It is there already. */
  | { outcome: 'unchanged' }
  /** The session has ended meanwhile: nothing was changed. */
  | { outcome: 'signed-out' };
export type FactorRemoved = { outcome: 'removed' | 'unchanged' | 'signed-out' };
export type CodesMade = { outcome: 'made'; codes: string[] } | { outcome: 'unchanged' } | { outcome: 'signed-out' };

export interface ChangeNeeds extends ChangeAccountNeeds, FirstAndLastNeeds {}

const unchanged = { outcome: 'unchanged', isDone: false } as const;

export const createChangeFactors = (needs: ChangeNeeds) => {
  const { secondFactors } = needs;
  const change = createChangeAccount(needs);
  const firstAndLast = createFirstAndLast(needs);

  /** `write` is false where the factor is there already. */
  const add = async (
    person: Person,
    deviceCookie: string | undefined,
    visit: AccountVisit,
    write: (tx: Tx, account: Account) => Promise<boolean>,
  ): Promise<FactorAdded> => {
    const codes = firstAndLast.draw();
    const outcome = await change(person, 'factor-added', visit, async (tx, account) => {
      const isFirst = await firstAndLast.isFirst(tx, account);
      if (!(await write(tx, account))) return unchanged;
      if (isFirst) await firstAndLast.welcome(tx, account, { codes, deviceCookie });
      return { outcome: isFirst ? 'first' : 'another', isDone: true };
    });
    if (outcome === 'unchanged' || outcome === 'signed-out') return { outcome };
    return { outcome: 'added', codes: outcome === 'first' ? codes : [] };
  };

  const remove = async (person: Person, kind: 'totp' | 'sms', visit: AccountVisit): Promise<FactorRemoved> => {
    const outcome = await change(person, 'factor-removed', visit, async (tx, account) =>
      (await secondFactors.takeAway(tx, account, kind)) ? { outcome: 'removed', isDone: true } : unchanged,
    );
    return { outcome };
  };

  const makeCodes = async (person: Person, visit: AccountVisit): Promise<CodesMade> => {
    const codes = firstAndLast.draw();
    const outcome = await change(person, 'recovery-codes-made', visit, async (tx, account) => {
      if (!hasSecondFactor(await secondFactors.ofAccount(account, tx))) return unchanged;
      await secondFactors.recoveryCodes.replace(tx, account.id, codes);
      return { outcome: 'made', isDone: true };
    });
    return outcome === 'made' ? { outcome, codes } : { outcome };
  };

  return { add, remove, makeCodes };
};
