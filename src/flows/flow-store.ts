// Steps of a journey, kept on the server: in order, one at a time, in the browser that began it, and never after the end (R01–R03).
import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { databaseTime, nativeCollection, type CollectionIndexes } from '../mongo/index.ts';
import type { Sealing } from '../sealing/index.ts';

export type FlowKind = 'new-device';

export interface Flow<Answers> {
  id: string;
  step: string;
  answers: Answers;
  expiresAt: Date;
}

interface FlowRecord {
  _id: string;
  kind: FlowKind;
  step: string;
  sealed: string;
  expiresAt: Date;
  sweepAt: Date;
}

interface Needs {
  connection: Connection;
  sealing: Sealing;
  lifetimeSeconds: number;
  now: () => Date;
  random: (bytes: number) => Buffer;
}

/** `Answers`: what the person has given so far; `parse` throws where the stored text is something else. */
export interface FlowOf<Answers> {
  /** Begins anew and returns the value for the browser's cookie. */
  begin: (step: string, answers: Answers) => Promise<string>;
  /** The flow of this browser, unless it is over. */
  read: (token: string | undefined) => Promise<Flow<Answers> | undefined>;
  /** One caller moves on; false for everybody who comes second or from another step. */
  advance: (flow: Flow<Answers>, step: string, answers: Answers) => Promise<boolean>;
  /** Gives the person more time. */
  extend: (flow: Flow<Answers>) => Promise<Date>;
  /** One caller ends it. */
  end: (flow: Flow<Answers>) => Promise<boolean>;
}

const collection = 'flows';
export const flowIndexes: CollectionIndexes = {
  collection,
  indexes: [{ key: { sweepAt: 1 }, name: 'sweep', expireAfterSeconds: 0 }],
};

const keptMilliseconds = 24 * 3600 * 1000;
const hash = (token: string): string => createHash('sha256').update(`flow:v1:${token}`).digest('base64url');

export const createFlows = ({ connection, sealing, lifetimeSeconds, now, random }: Needs) => {
  const records = nativeCollection<FlowRecord>(connection, collection);
  const times = () => {
    const expiresAt = new Date(now().getTime() + lifetimeSeconds * 1000);
    return { expiresAt, sweepAt: new Date(expiresAt.getTime() + keptMilliseconds) };
  };

  /** The flows of one kind. */
  return <Answers>(kind: FlowKind, parse: (stored: unknown) => Answers): FlowOf<Answers> => {
    const isGood = () => ({ $expr: { $gt: ['$expiresAt', databaseTime(now)] } });
    const sealFor = (id: string, answers: Answers) => sealing.seal(JSON.stringify(answers), `${kind}:${id}`);

    return {
      begin: async (step, answers) => {
        const token = random(24).toString('base64url');
        const id = hash(token);
        await records.insertOne({ _id: id, kind, step, sealed: sealFor(id, answers), ...times() });
        return token;
      },
      read: async (token) => {
        if (token === undefined || token.length > 64) return undefined;
        const record = await records.findOne({ _id: hash(token), kind, step: { $ne: 'ended' }, ...isGood() });
        if (record === null) return undefined;
        const answers = parse(JSON.parse(sealing.open(record.sealed, `${kind}:${record._id}`)));
        return { id: record._id, step: record.step, answers, expiresAt: record.expiresAt };
      },
      advance: async ({ id, step: from }, step, answers) => {
        const change = { $set: { step, sealed: sealFor(id, answers), ...times() } };
        return (await records.updateOne({ _id: id, step: from, ...isGood() }, change)).matchedCount === 1;
      },
      extend: async ({ id }) => {
        const fresh = times();
        await records.updateOne({ _id: id, step: { $ne: 'ended' } }, { $set: fresh });
        return fresh.expiresAt;
      },
      end: async ({ id, step: from }) => {
        const change = { $set: { step: 'ended', sealed: '' } };
        return (await records.updateOne({ _id: id, step: from, ...isGood() }, change)).matchedCount === 1;
      },
    };
  };
};

export type Flows = ReturnType<typeof createFlows>;
