// The product as an operator starts it: `node src/main.ts` with an environment, its words, its end.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface End {
  code: number | null;
  said: string;
  complained: string;
}

export interface MainProcess {
  pid: number;
  /** Resolves with the text up to and with the ready line; rejects with its last words when it ends before. */
  ready: Promise<string>;
  /** What it has said on standard output so far. */
  said: () => string;
  signal: (signal: NodeJS.Signals) => void;
  ended: Promise<End>;
}

const readyLine = /^Civic ID is ready at .*\n/m;
const started = new Set<ChildProcess>();

/** Nothing of this process's own environment is handed on but where programs are found. */
export const startMain = (environment: Record<string, string>, ...args: string[]): MainProcess => {
  const { PATH = '', MONGOD = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, MONGOD, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let said = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));

  const ended = once(child, 'close').then(() => {
    started.delete(child);
    return { code: child.exitCode, said, complained };
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const end = readyLine.exec(said);
      if (end !== null) resolve(said.slice(0, end.index + end[0].length));
    });
    void ended.then(() => reject(new Error(`it ended: ${said}\n${complained}`)));
  });
  ready.catch(() => undefined); // whoever waits for the end does not wait for this
  return { pid: child.pid ?? 0, ready, said: () => said, signal: (signal) => child.kill(signal), ended };
};

/** Ends what a failed test left running. */
export const endAllMains = async (): Promise<void> => {
  await Promise.all(
    [...started].map(async (child) => {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    }),
  );
};
