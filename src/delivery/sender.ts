// Sends what waits, in every instance; a message that was not taken is tried again, later each time, and never after it is of no use.
import type { Message, Route, Transport } from './message.ts';
import type { ClaimedMessage, Outbox } from './outbox-store.ts';

interface Needs {
  outbox: Outbox;
  transports: Record<Route, Transport>;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
  /** Nothing personal: channel, purpose and the name of the error. */
  noteFailure: (message: Pick<Message, 'channel' | 'purpose'>, tries: number, reason: string) => void;
}

const retrySeconds = [5, 15, 30, 60, 120, 300, 900];
const pollMilliseconds = 500;

const nextTry = (tries: number, now: Date): Date => {
  const seconds = retrySeconds[Math.min(tries, retrySeconds.length) - 1] ?? 900;
  return new Date(now.getTime() + seconds * 1000);
};

export const createSender = ({ outbox, transports, now, checkpoint, noteFailure }: Needs) => {
  const send = async ({ id, tries, message }: ClaimedMessage): Promise<void> => {
    if (message.dropAfter !== null && message.dropAfter <= now()) return outbox.drop(id);

    try {
      await checkpoint('message claimed');
      await transports[message.channel](message, id);
    } catch (error) {
      noteFailure(message, tries, error instanceof Error ? error.name : 'unknown');
      return outbox.retryAt(id, nextTry(tries, now()));
    }
    return outbox.markSent(id);
  };

  /** Sends everything that is due now. */
  const sendDue = async (): Promise<void> => {
    for (let claimed = await outbox.claim(); claimed !== undefined; claimed = await outbox.claim()) await send(claimed);
  };

  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const tick = (): void => {
    if (isStopped || running !== undefined) return;
    clearTimeout(timer);
    running = sendDue()
      .catch(() => undefined) // the store is away: the next tick tries again
      .then(() => {
        running = undefined;
        if (!isStopped) timer = setTimeout(tick, pollMilliseconds).unref();
      });
  };

  return {
    start: tick,
    /** Something was just written. */
    nudge: tick,
    stop: async (): Promise<void> => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};

export type Sender = ReturnType<typeof createSender>;
