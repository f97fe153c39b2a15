export { isAlive, signInTime, type SignedIn } from './alive.ts';
export type { FreshProof } from './fresh-proof.ts';
