// One place of the database, and what becomes of what it holds of a person when they are deleted.
import type { Tx } from '../mongo/index.ts';

export interface Holding {
  collection: string;
  /** Takes away everything of this person. */
  forget?: (tx: Tx, accountId: string) => Promise<unknown>;
  /** Where nothing is taken away by account: why nothing stays all the same. */
  why?: string;
}
