// A pid proves nothing: it outlives its process as a zombie and is given to others later. A command line proves more.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const quietly = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

const argumentsInProc = (proc: string, pid: number): string[] =>
  quietly(() => readFileSync(`${proc}/${pid}/cmdline`, 'utf8')).split('\0');

/** `ps` joins the arguments with spaces; flags and absolute paths are told apart well enough for a mongod of ours. */
const argumentsByPs = (pid: number): string[] =>
  quietly(() => execFileSync('ps', ['-ww', '-o', 'args=', '-p', `${pid}`], { encoding: 'utf8', stdio: 'pipe' }))
    .trim()
    .split(/ (?=--)| (?=\/)/);

/** Whether this very process is a mongod on this very folder: nothing less may be signalled. A zombie is none. */
export const isMongodOn = (pid: number, dbPath: string, proc = '/proc'): boolean => {
  const hasProc = existsSync(`${proc}/self/cmdline`);
  const [program = '', ...args] = hasProc ? argumentsInProc(proc, pid) : argumentsByPs(pid);
  return basename(program).startsWith('mongod') && args[args.indexOf('--dbpath') + 1] === dbPath;
};
