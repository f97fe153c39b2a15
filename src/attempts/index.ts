export {
  attemptIndexes,
  createAttempts,
  type AttemptLimits,
  type Attempts,
  type Reservation,
} from './attempt-store.ts';
