// What clients saw while something failed: each call with its time and its answer, to be compared afterwards with what the store holds.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface Entry extends Answer {
  kind: string;
  /** Which of the things that were prepared it was about. */
  subject: number;
  /** Milliseconds of `performance.now()`. */
  startedAt: number;
  endedAt: number;
}

export interface Ledger {
  entries: Entry[];
  /** Makes the call and writes down what came of it; a connection that broke has status 0. */
  call: (kind: string, subject: number, send: () => Promise<Answer>) => Promise<Entry>;
}

export const createLedger = (): Ledger => {
  const entries: Entry[] = [];
  return {
    entries,
    call: async (kind, subject, send) => {
      const startedAt = performance.now();
      const answer = await send().catch((error: unknown) => ({ status: 0, headers: {}, text: String(error) }));
      const { status, headers, text } = answer;
      const entry = { kind, subject, startedAt, endedAt: performance.now(), status, headers, text };
      entries.push(entry);
      return entry;
    },
  };
};

/** One HTTP call as a service makes it. */
export const fetchAnswer = async (url: URL, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
};

/** Begins `work` again and again, whether or not what was begun before has ended; `stop` waits for all of it. */
export const keepBeginning = (everyMs: number, work: (turn: number) => Promise<void>) => {
  const begun: Promise<void>[] = [];
  const timer = setInterval(() => begun.push(work(begun.length)), everyMs);
  return {
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await Promise.all(begun);
    },
  };
};

/** Waits until it is true; throws after `patienceMs`. */
export const until = async (isTrue: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('it never became true');
    await sleep(50);
  }
};

const looksLikeStack = /\bat [^\n]*(?:\.[cm]?[jt]s:\d|node:)|node_modules|Mongo[A-Z]\w+/;

/** P5: whatever failed, everybody is answered within five seconds, nobody sees our insides, and what fails says 503. */
export const expectHonestAnswers = (entries: readonly Entry[]): void => {
  expect(entries.filter(({ startedAt, endedAt }) => endedAt - startedAt > 5000).map(summaryOf)).toEqual([]);
  expect(entries.filter(({ text }) => looksLikeStack.test(text)).map(summaryOf)).toEqual([]);
  expect(entries.filter(({ status }) => status === 0 || (status >= 500 && status !== 503)).map(summaryOf)).toEqual([]);
};

export const summaryOf = ({ kind, subject, status, startedAt, endedAt, text }: Entry): string =>
  `${kind} ${subject}: ${status} after ${Math.round(endedAt - startedAt)} ms: ${text.slice(0, 300)}`;
