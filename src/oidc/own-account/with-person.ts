// Every page of the account begins alike: somebody is signed in, or signs in and comes back to it.
import type { createEntry } from './entry.ts';
import type { createSignedIn, SignedInPerson } from './signed-in.ts';
import { moveOn, type PageContext } from '../../web/index.ts';

/** Runs `work` for who is signed in; whoever is not signs in first and comes back by GET to the same address. */
export type WithPerson = (ctx: PageContext, work: (person: SignedInPerson) => Promise<void>) => Promise<void>;

interface Needs {
  signedIn: ReturnType<typeof createSignedIn>['signedIn'];
  entry: ReturnType<typeof createEntry>;
}

export const createWithPerson =
  ({ signedIn, entry }: Needs): WithPerson =>
  async (ctx, work) => {
    const person = await signedIn(ctx);
    return person === undefined ? moveOn(ctx, entry.addressFor(ctx, ctx.path)) : work(person);
  };
