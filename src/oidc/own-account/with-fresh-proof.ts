// What every page that changes a credential or a contact asks for before its form; `sign-in/` builds it, app.ts hands it on.
import type { FreshProof } from '../../sessions/index.ts';
import type { PageContext } from '../../web/index.ts';
import type { SignedInPerson } from './signed-in.ts';

/** Runs `work` with a fresh proof, or asks for one first and comes back by GET to the same address. */
export type WithFreshProof = (
  ctx: PageContext,
  person: SignedInPerson,
  work: (proof: FreshProof) => Promise<void>,
) => Promise<void>;
