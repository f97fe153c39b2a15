// A pid alone proves nothing: it outlives its process as a zombie and is given to others later.
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
const readProc = (proc: string, pid: number, name: string): string =>
  quietly(() => readFileSync(`${proc}/${pid}/${name}`, 'utf8'));
const askPs = (pid: number, column: string): string =>
  quietly(() => execFileSync('ps', ['-o', `${column}=`, '-p', `${pid}`], { encoding: 'utf8', stdio: 'pipe' }).trim());

const hasProc = (proc: string): boolean => existsSync(`${proc}/self/stat`);

const beginningInProc = (stat: string): string | undefined => {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold anything
  return state === 'Z' || state === 'X' ? undefined : fields[18]; // starttime, field 22 of proc(5)
};

/** When the process began, as a text to compare. Nothing when it has ended, be it a zombie still. */
export const beginningOf = (pid: number, proc = '/proc'): string | undefined => {
  if (hasProc(proc)) return beginningInProc(readProc(proc, pid, 'stat'));
  return askPs(pid, 'stat').startsWith('Z') ? undefined : askPs(pid, 'lstart') || undefined;
};

const commandOf = (pid: number, proc: string): string[] =>
  hasProc(proc) ? readProc(proc, pid, 'cmdline').split('\0') : askPs(pid, 'args').split(/ (?=--)| (?=\/)/);

/** Whether this very process is a mongod on this very folder: nothing less may be signalled. */
export const isMongodOn = (pid: number, dbPath: string, proc = '/proc'): boolean => {
  if (beginningOf(pid, proc) === undefined) return false;

  const [program = '', ...args] = commandOf(pid, proc);
  return basename(program).startsWith('mongod') && args[args.indexOf('--dbpath') + 1] === dbPath;
};
