export { isAlive, signInTime, type SignedIn } from './alive.ts';
export type { FreshProof } from './fresh-proof.ts';
export { createSessionNotes, sessionNoteIndexes, type SessionNote, type SessionNotes } from './session-notes-store.ts';
