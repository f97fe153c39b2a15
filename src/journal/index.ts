export {
  createJournal,
  JournalError,
  journalIndexes,
  type Journal,
  type JournalEvent,
  type JournalEventType,
  type ReportedEvent,
} from './journal-store.ts';
export { createPastEvents, type PastEvent, type PastEvents } from './past-events-store.ts';
