// One place of the database: what it holds of a person, as they may read it, and what becomes of it when they are deleted.
import type { HeldEntry, Tx } from '../mongo/index.ts';

export interface Holding {
  collection: string;
  /** Everything of this person, without secrets. */
  read?: (accountId: string) => Promise<HeldEntry[]>;
  /** Takes away everything of this person. */
  forget?: (tx: Tx, accountId: string) => Promise<unknown>;
  /** Where nothing is read or taken away by account: why that is so. */
  why?: string;
}
