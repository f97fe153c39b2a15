// Runs in a worker thread at low priority: hashing must never slow the answers of everybody else (N-17).
import { constants, setPriority } from 'node:os';
import { compareSync, hashSync } from 'bcrypt';

setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

export type HashTask = { kind: 'hash'; text: string; cost: number } | { kind: 'compare'; text: string; hash: string };

// Only the synchronous functions: the asynchronous ones would go back to libuv's shared threads.
export const run = (task: HashTask): string | boolean =>
  task.kind === 'hash' ? hashSync(task.text, task.cost) : compareSync(task.text, task.hash);
