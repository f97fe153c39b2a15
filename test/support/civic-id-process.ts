// The product as a process that may be killed at a named point and started again on what it left.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestOptions } from './civic-id.ts';

const main = fileURLToPath(new URL('crashing-main.ts', import.meta.url));

interface Start {
  uri: string;
  port: number;
  secretsDir: string;
  /** Where it kills itself; it lives on where this is left out. */
  crashAt?: string;
  options?: Pick<TestOptions, 'channels' | 'isProduction' | 'newDeviceCodes'>;
}

export interface CivicIdProcess {
  register: (metadata: object) => Promise<void>;
  isAlive: () => boolean;
  /** Resolves with the signal that ended it. */
  ended: Promise<NodeJS.Signals | null>;
  stop: () => Promise<void>;
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Resolves when it listens; rejects when it ends before. */
export const startCivicIdProcess = async ({
  uri,
  port,
  secretsDir,
  crashAt = '',
  options = {},
}: Start): Promise<CivicIdProcess> => {
  const child = fork(main, [uri, `${port}`, secretsDir, crashAt, JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()));
  const ended = once(child, 'close').then(() => child.signalCode);
  const heard = async (): Promise<void> => {
    const isEnd = await Promise.race([once(child, 'message').then(() => false), ended.then(() => true)]);
    if (isEnd) throw new Error(`the product ended: ${complaint}`);
  };
  await heard();

  return {
    register: async (metadata) => {
      child.send(metadata);
      await heard();
    },
    isAlive: () => isRunning(child),
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
