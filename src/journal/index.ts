export {
  createJournal,
  JournalError,
  journalIndexes,
  type Journal,
  type JournalEvent,
  type JournalEventType,
  type ReportedEvent,
} from './journal-store.ts';
