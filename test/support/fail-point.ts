// Makes a server of its own fail on purpose, for one instance alone: a server has one such point, so two tests cannot share it.
import { randomUUID } from 'node:crypto';
import { connect } from '../../src/mongo/index.ts';
import { startOwnMongod } from './mongod-of-its-own.ts';

/** As documented for MongoDB's `failCommand`. */
export interface Failure {
  failCommands: readonly string[];
  /** A collection, as `database.collection`; every one where it is left out. */
  namespace?: string;
  errorCode?: number;
  closeConnection?: boolean;
  writeConcernError?: { code: number; errmsg: string };
  blockConnection?: boolean;
  blockTimeMS?: number;
}

export interface FailPoint {
  /** The address of a database of its own, at which commands can be made to fail. */
  uri: string;
  /** From now on, so many times. */
  fail: (failure: Failure, times: number | 'always') => Promise<void>;
  /** Answers how often the server failed since `fail`. */
  recover: () => Promise<number>;
  close: () => Promise<void>;
}

export const openFailPoint = async (): Promise<FailPoint> => {
  const appName = `fail-point-${randomUUID()}`;
  const mongod = await startOwnMongod(['enableTestCommands=1', 'ttlMonitorEnabled=false']);
  const { uri } = mongod;
  const connection = await connect(uri);
  const configure = (mode: string | { times: number }, data: object = {}) =>
    connection.getClient().db('admin').command({ configureFailPoint: 'failCommand', mode, data });
  let before = 0; // the server counts from its start
  const recover = async () => Number((await configure('off'))['count']) - before;
  return {
    uri: `${uri}&appName=${appName}`,
    fail: async (failure, times) => {
      const mode = times === 'always' ? 'alwaysOn' : { times };
      before = Number((await configure(mode, { appName, ...failure }))['count']);
    },
    recover,
    close: async () => {
      await recover();
      await connection.close();
      await mongod.remove();
    },
  };
};
