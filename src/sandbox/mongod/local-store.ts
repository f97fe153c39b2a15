// The store of a start without MONGODB_URI: a MongoDB of its own in the data folder, for one process at a time.
import { CannotStart } from './cannot-start.ts';
import { claimDataFolder, freshen } from './data-folder.ts';
import { findMongod, mongodCache } from './find-mongod.ts';
import { startMongod } from './start-mongod.ts';
import type { Say } from './mongod-source.ts';

interface Needs {
  dataDir: string;
  mongod: string | undefined;
  path: string;
  /** Remove what an earlier start left. */
  isFresh: boolean;
  say: Say;
}

interface LocalStore {
  uri: string;
  close: () => Promise<void>;
}

const startAfresh = async (dataDir: string, say: Say): Promise<void> => {
  const freshened = await freshen(dataDir);
  if (freshened.outcome === 'not-ours') {
    throw new CannotStart(`${dataDir} was not made by Civic ID, so nothing was removed: choose another DATA_DIR.`);
  }
  say('Starting afresh: the local database and secrets were removed.');
};

/** Throws `CannotStart`. */
export const openLocalStore = async ({ dataDir, mongod, path, isFresh, say }: Needs): Promise<LocalStore> => {
  const claimed = await claimDataFolder(dataDir).catch((cause: unknown) => {
    throw new CannotStart(`DATA_DIR: ${dataDir} is not a folder that can be made and written.`, { cause });
  });
  if (claimed.outcome === 'taken') {
    throw new CannotStart(
      `Civic ID already runs on ${dataDir} (process ${claimed.by}): stop it, or give this one its own DATA_DIR or a MONGODB_URI.`,
    );
  }
  try {
    if (isFresh) await startAfresh(dataDir, say);
    const binary = await findMongod({ env: { mongod, path }, cacheDir: mongodCache, say });
    const running = await startMongod({ dataDir, binary, say });
    const close = async (): Promise<void> => {
      await running.stop();
      claimed.release();
    };
    return { uri: running.uri, close };
  } catch (error) {
    claimed.release();
    throw error;
  }
};
