// Steps of a journey, kept on the server: in order, one at a time, in the browser that began it, and never after the end (R01–R03).
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, sessionOf, type CollectionIndexes, type Tx } from '../mongo/index.ts';
import type { Sealing } from '../sealing/index.ts';

export type FlowKind =
  | 'new-device'
  | 'registration'
  | 'level'
  | 'proof'
  | 'pin'
  | 'second-factor'
  | 'factor'
  | 'passkey-add'
  | 'passkey-sign-in'
  | 'passkey-factor'
  | 'contact'
  | 'leaving'
  | 'recovery';

export interface Flow<Answers> {
  id: string;
  step: string;
  /** Counts the steps taken, so that a step that leads to itself is taken once too. */
  turn: number;
  answers: Answers;
  expiresAt: Date;
}

interface FlowRecord {
  _id: string;
  kind: FlowKind;
  step: string;
  turn: number;
  sealed: string;
  expiresAt: Date;
  sweepAt: Date;
}

interface Needs {
  connection: Connection;
  sealing: Sealing;
  /** How long each kind waits for the next step. */
  lifetimes: Record<FlowKind, number>;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

/** `Answers`: what the person has given so far; `parse` throws where the stored text is something else, as another version wrote it. */
export interface FlowOf<Answers> {
  /** Begins anew; `token` is the value for the browser's cookie. */
  begin: (step: string, answers: Answers) => Promise<{ token: string; flow: Flow<Answers> }>;
  /** The flow of this browser, unless it is over; one that this version cannot read is over too. */
  read: (token: string | undefined) => Promise<Flow<Answers> | undefined>;
  /** One caller moves on; false for everybody who comes second, from another step, or too late. `seconds`: how long the next step may take, where that is not as usual. */
  advance: (flow: Flow<Answers>, step: string, answers: Answers, tx?: Tx, seconds?: number) => Promise<boolean>;
  /** Gives the person more time and says until when; nothing where the flow is over already. */
  extend: (flow: Flow<Answers>) => Promise<Date | undefined>;
  /** One caller ends it. */
  end: (flow: Flow<Answers>) => Promise<boolean>;
}

const collection = 'flows';
export const flowIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const ended = 'ended';
const keptMilliseconds = 24 * 3600 * 1000;
const hash = (token: string): string => createHash('sha256').update(`flow:v1:${token}`).digest('base64url');

export const createFlows = ({ connection, sealing, lifetimes, now, random }: Needs) => {
  const records = nativeCollection<FlowRecord>(connection, collection);
  const timesOf = (seconds: number) => {
    const expiresAt = new Date(now().getTime() + seconds * 1000);
    return { expiresAt, sweepAt: new Date(expiresAt.getTime() + keptMilliseconds) };
  };

  /** The flows of one kind. */
  return <Answers>(kind: FlowKind, parse: (stored: unknown) => Answers): FlowOf<Answers> => {
    const times = (seconds = lifetimes[kind]) => timesOf(seconds);
    const isGood = () => ({ $expr: { $gt: ['$expiresAt', databaseTime(now)] } });
    const asRead = ({ id, step, turn }: Flow<Answers>) => ({ _id: id, kind, step, turn, ...isGood() });
    const readAnswers = (stored: unknown): Answers | undefined => {
      try {
        return parse(stored);
      } catch {
        return undefined; // the person begins anew, rather than meeting a failure until the cookie is gone
      }
    };
    const sealFor = (id: string, answers: Answers) => sealing.seal(JSON.stringify(answers), `${kind}:${id}`);

    return {
      begin: async (step, answers) => {
        const token = random(24).toString('base64url');
        const id = hash(token);
        const { expiresAt, sweepAt } = times();
        const sealed = sealFor(id, answers);
        await records.insertOne({ _id: id, kind, step, turn: 0, sealed, expiresAt, sweepAt });
        return { token, flow: { id, step, turn: 0, answers, expiresAt } };
      },
      read: async (token) => {
        if (token === undefined || token.length > 64) return undefined;
        const record = await records.findOne({ _id: hash(token), kind, step: { $ne: ended }, ...isGood() });
        if (record === null) return undefined;
        const { _id: id, step, turn, sealed, expiresAt } = record;
        const answers = readAnswers(JSON.parse(sealing.open(sealed, `${kind}:${id}`)));
        return answers === undefined ? undefined : { id, step, turn, answers, expiresAt };
      },
      advance: async (flow, step, answers, tx, seconds) => {
        const change = { $set: { step, sealed: sealFor(flow.id, answers), ...times(seconds) }, $inc: { turn: 1 } };
        const options = tx === undefined ? {} : { session: sessionOf(tx) };
        return (await records.updateOne(asRead(flow), change, options)).matchedCount === 1;
      },
      extend: async ({ id }) => {
        const fresh = times();
        const filter = { _id: id, kind, step: { $ne: ended }, ...isGood() };
        const extended = await records.updateOne(filter, { $set: fresh });
        return extended.matchedCount === 1 ? fresh.expiresAt : undefined;
      },
      end: async (flow) => {
        const change = { $set: { step: ended, sealed: '' }, $inc: { turn: 1 } };
        return (await records.updateOne(asRead(flow), change)).matchedCount === 1;
      },
    };
  };
};

export type Flows = ReturnType<typeof createFlows>;
