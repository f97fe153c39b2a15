// A folder belongs to one live process. The lock is a symbolic link that points nowhere: made in one step, it holds its
// text from the first moment on. Process ids are used again, so the text says when its process began, too.
import { randomUUID } from 'node:crypto';
import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { beginningOf } from './process-facts.ts';

export type Locked = { outcome: 'claimed'; release: () => Promise<void> } | { outcome: 'taken'; by: number };

const myMark = (): string => `${process.pid} ${beginningOf(process.pid) ?? 'unknown'}`;

/** The pid in a mark, when that very process lives. */
const holderIn = (mark: string): number | undefined => {
  const [, pid = '', beginning] = /^(\d+) (.+)$/.exec(mark) ?? [];
  return beginning !== undefined && beginningOf(Number(pid)) === beginning ? Number(pid) : undefined;
};

const markIn = (lock: string): Promise<string | undefined> => readlink(lock).catch(() => undefined);

const isAlreadyThere = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';

const put = async (mark: string, lock: string): Promise<boolean> => {
  try {
    await symlink(mark, lock);
    return true;
  } catch (error) {
    if (isAlreadyThere(error)) return false;
    throw error;
  }
};

/** Moves the lock away first and looks again: between look and move somebody may have put a good one there. */
const removeStale = async (stale: string | undefined, lock: string): Promise<void> => {
  const aside = `${lock}.${randomUUID()}`;
  const isMoved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return;

  const moved = await markIn(aside);
  await rm(aside, { force: true });
  if (moved !== undefined && moved !== stale) await put(moved, lock);
};

export const takeLock = async (lock: string): Promise<Locked> => {
  const mark = myMark();
  while (!(await put(mark, lock))) {
    const found = await markIn(lock);
    const holder = found === undefined ? undefined : holderIn(found);
    if (holder !== undefined) return { outcome: 'taken', by: holder };
    await removeStale(found, lock);
  }

  const release = async (): Promise<void> => {
    if ((await markIn(lock)) === mark) await rm(lock, { force: true });
  };
  return { outcome: 'claimed', release };
};
