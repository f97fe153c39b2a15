// A database belongs to production or to a sandbox for good: citizens with published passwords must never meet real ones.
import type { Connection } from 'mongoose';
import { nativeCollection } from './database.ts';
import { retryOnDuplicate } from './failures.ts';

export type DeploymentMode = 'production' | 'sandbox';

interface ModeRecord {
  _id: 'mode';
  mode: DeploymentMode;
}

/** Marks a new database with this mode; false where it has another. */
export const claimDeploymentMode = async (connection: Connection, mode: DeploymentMode): Promise<boolean> => {
  const records = nativeCollection<ModeRecord>(connection, 'deployment');
  const options = { upsert: true, returnDocument: 'after' } as const;
  const record = await retryOnDuplicate(() =>
    records.findOneAndUpdate({ _id: 'mode' }, { $setOnInsert: { mode } }, options),
  );
  return record?.mode === mode;
};
