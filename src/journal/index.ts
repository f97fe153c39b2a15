export {
  createJournal,
  JournalError,
  journalIndexes,
  type Journal,
  type JournalEvent,
  type JournalEventType,
} from './journal-store.ts';
export { createPastEvents, type PastEvent, type PastEvents } from './past-events-store.ts';
