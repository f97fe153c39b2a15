// The local data folder: one app at a time, and `--fresh` empties it only where the folder was made by us.
import { mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFolder, type Claim } from './folder-lock.ts';
import { stopLeftBehind } from './left-behind.ts';

const markerName = 'made-by-civic-id.txt';
const markerText =
  'Civic ID made this folder for a local start. `npm start -- --fresh` removes databases and secrets from it.\n';

const database = /^mongodb-\d+\.\d+$/;
const removable = /^(mongodb-\d+\.\d+(\.log)?|secrets)$/;

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const isOurs = async (dataDir: string): Promise<boolean> => {
  const names = await namesIn(dataDir);
  return names.length === 0 || names.includes(markerName);
};

/** Makes the folder where it is missing. Claim it before anything else is written there: only an empty one becomes ours. */
export const claimDataFolder = async (dataDir: string): Promise<Claim> => {
  await mkdir(dataDir, { recursive: true });
  if (await isOurs(dataDir)) await writeFile(join(dataDir, markerName), markerText);
  return claimFolder(dataDir);
};

/** Removes database and local secrets, for whoever has claimed the folder. A folder that we did not make stays as it is. */
export const freshen = async (dataDir: string): Promise<{ outcome: 'fresh' } | { outcome: 'not-ours' }> => {
  if (!(await isOurs(dataDir))) return { outcome: 'not-ours' };

  for (const name of await namesIn(dataDir)) {
    const path = join(dataDir, name);
    if (!removable.test(name)) continue;
    if (database.test(name)) await stopLeftBehind(await realpath(path));
    await rm(path, { recursive: true, force: true });
  }
  return { outcome: 'fresh' };
};
