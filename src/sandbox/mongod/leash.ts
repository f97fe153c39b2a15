// mongod must not outlive the app, however the app ends, and SIGKILL lets nobody say goodbye. So a tiny shell waits on
// a pipe that only we hold: a line means "all is well", the end of the pipe means that we are gone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const script = 'read -r word || kill -TERM "$1"';
const ignore = (): undefined => undefined;

export interface Leash {
  /** Ends the watcher without a signal to anybody. */
  release: () => Promise<void>;
}

/** Ends the process `pid`, a child of ours, when we end. */
export const holdOnLeash = (pid: number): Leash => {
  const watcher = spawn('/bin/sh', ['-c', script, 'leash', `${pid}`], {
    detached: true, // Ctrl-C in the terminal is for the app alone
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(watcher, 'exit').catch(ignore);
  watcher.stdin.on('error', ignore); // somebody ended the watcher: the next start still finds what is left behind

  const release = async (): Promise<void> => {
    watcher.stdin.end('\n');
    await ended;
  };
  return { release };
};
