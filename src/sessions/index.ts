export { isAlive, signInTime, type SignedIn } from './alive.ts';
export { createSessionNotes, sessionNoteIndexes, type SessionNote, type SessionNotes } from './session-notes-store.ts';
