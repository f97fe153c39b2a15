// The append-only record of security events. Ids and masks only; what is written here is never removed by the product, and changed only when its person is deleted.
import { mongo, type Connection } from 'mongoose';
import { nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';

export type JournalEventType =
  | 'sign-in'
  | 'sign-in-refused'
  | 'sign-in-cancelled'
  | 'code-sent'
  | 'code-withheld'
  | 'code-wrong'
  | 'consent-given'
  | 'consent-refused'
  | 'pin-asked'
  | 'pin-right'
  | 'pin-wrong'
  | 'pin-locked'
  | 'pin-cancelled'
  | 'pin-created'
  | 'pin-changed'
  | 'pin-reset'
  | 'sign-out'
  | 'password-confirmed'
  | 'password-wrong'
  | 'password-changed'
  | 'registered'
  | 'recovery-asked'
  | 'recovery-proved'
  | 'recovery-waiting'
  | 'recovery-stopped'
  | 'password-recovered'
  | 'contact-added'
  | 'contact-changed'
  | 'contact-removed'
  | 'contact-reverted'
  | 'profile-changed'
  | 'terms-accepted'
  | 'terms-refused'
  | 'level-raised'
  | 'level-check-failed'
  | 'level-check-taken'
  | 'level-check-unavailable'
  | 'level-refused'
  | 'not-me'
  | 'session-ended'
  | 'other-sessions-ended'
  | 'device-forgotten'
  | 'devices-forgotten'
  | 'factor-added'
  | 'factor-removed'
  | 'factor-right'
  | 'factor-wrong'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  | 'service-withdrawn'
  | 'deletion-asked'
  | 'deletion-undone'
  | 'account-deleted'
  | 'passkey-added'
  | 'passkey-renamed'
  | 'passkey-removed'
  | 'passkey-refused'
  /** It answered with a counter that it had used before: somebody may have a copy of it. */
  | 'passkey-copied'
  | 'data-downloaded';

export interface JournalEvent {
  type: JournalEventType;
  accountId: string | undefined;
  clientId: string | undefined;
  requestId: string;
  /** Shortened: /24 or /48. */
  network: string;
  /** Names of browser and system, from a list. */
  device: string;
  /** Which terms were accepted. */
  termsVersion?: string;
  /** What a person says was not them. */
  reported?: ReportedEvent;
  /** Of a sign-in: by a browser that was not remembered, after a code. */
  isNewDevice?: true;
}

/** `kind`: of the notice or the line of the history. `requestId`: where the journal has it. */
export interface ReportedEvent {
  kind: string;
  at: Date;
  requestId: string | null;
}

export interface JournalRecord {
  at: Date;
  type: JournalEventType;
  accountId: string | null;
  clientId: string | null;
  requestId: string;
  network: string;
  device: string;
  termsVersion?: string;
  reported?: ReportedEvent;
  isNewDevice?: true;
}

/** What happened could not be remembered, so it must not happen. */
export class JournalError extends Error {
  override name = 'JournalError';
}

export interface Journal {
  /** Resolves when a majority has it. Whoever cannot write the journal must not go on. */
  write: (event: JournalEvent) => Promise<void>;
  /** The same, in the transaction of its cause. */
  writeIn: (tx: Tx, event: JournalEvent) => Promise<void>;
}

export const collection = 'journal';
export const journalIndexes: CollectionIndexes = {
  collection,
  indexes: [
    { key: { accountId: 1, at: -1, _id: -1 }, name: 'history' },
    { key: { requestId: 1 }, name: 'by-request' },
  ],
};

export const createJournal = ({ connection, now }: { connection: Connection; now: () => Date }): Journal => {
  const records = nativeCollection<JournalRecord>(connection, collection);
  const toRecord = ({
    accountId,
    clientId,
    type,
    requestId,
    network,
    device,
    ...more
  }: JournalEvent): JournalRecord => ({
    at: now(),
    type,
    accountId: accountId ?? null,
    clientId: clientId ?? null,
    requestId,
    network,
    device,
    ...more,
  });

  const orRefuse = (error: unknown): never => {
    if (error instanceof mongo.MongoError && error.hasErrorLabel('TransientTransactionError')) throw error;
    throw new JournalError('the journal cannot be written', { cause: error });
  };

  return {
    write: async (event) => {
      await records.insertOne(toRecord(event)).catch(orRefuse);
    },
    writeIn: async (tx, event) => {
      await records.insertOne(toRecord(event), { session: sessionOf(tx) }).catch(orRefuse);
    },
  };
};
