// A file is a mongod when it answers like one: a download that broke off does not.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const oldestUsable = 6; // older servers were never tried, and the driver will not speak to them for long

/** `6.0.5`, or nothing where the file does not answer as a mongod. */
export const askVersion = async (binary: string): Promise<string | undefined> => {
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 10_000 });
    return /^db version v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
};

export const isUsableMongod = async (binary: string): Promise<boolean> =>
  Number.parseInt((await askVersion(binary)) ?? '0') >= oldestUsable;

/** The line whose data files a server reads: `6.0` for 6.0.5. */
export const lineOf = (version: string): string => version.split('.').slice(0, 2).join('.');
