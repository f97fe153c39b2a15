export {
  createJournal,
  JournalError,
  journalIndexes,
  type Journal,
  type JournalEvent,
  type JournalEventType,
} from './journal-store.ts';
