// A rule says what belongs together; only the store knows what a transaction is made of.
import type { Connection, mongo } from 'mongoose';

/** Proof that a transaction is open. Rules hand it on to store writes and can do nothing else with it. */
export interface Tx {
  readonly kind: 'transaction';
}

export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

const sessions = new WeakMap<Tx, mongo.ClientSession>();

/** The driver's session behind a `Tx`; for stores alone. */
export const sessionOf = (tx: Tx): mongo.ClientSession => {
  const session = sessions.get(tx);
  if (session === undefined) throw new Error('this transaction is over');
  return session;
};

/** Of a read that may take part in a transaction. */
export const optionsOf = (tx: Tx | undefined): { session?: mongo.ClientSession } =>
  tx === undefined ? {} : { session: sessionOf(tx) };

const open = (session: mongo.ClientSession): Tx => {
  const tx: Tx = Object.freeze({ kind: 'transaction' });
  sessions.set(tx, session);
  return tx;
};

/** Runs `work` in a transaction and returns what it returned. The driver may run it twice: database writes alone belong inside. */
export const createInTransaction =
  (connection: Connection): InTransaction =>
  async (work) => {
    const session = await connection.startSession();
    try {
      return await session.withTransaction(async () => {
        const tx = open(session);
        try {
          return await work(tx);
        } finally {
          sessions.delete(tx);
        }
      });
    } finally {
      await session.endSession();
    }
  };
