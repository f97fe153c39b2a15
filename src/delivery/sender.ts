// Sends what waits, in every instance; a message that was not taken is tried again, later each time, and never after it is of no use.
import { MessageRefusedError, type Message, type Route, type Transport } from './message.ts';
import type { ClaimedMessage, Outbox } from './outbox-store.ts';
import { reasonOf } from './reason.ts';

interface Needs {
  outbox: Outbox;
  transports: Record<Route, Transport>;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
  /** Nothing personal: channel, purpose and the code or name of the error. */
  noteFailure: (message: Pick<Message, 'channel' | 'purpose'>, tries: number, reason: string) => void;
}

const routes = ['sms', 'email', 'back-channel'] as const satisfies readonly Route[];
/** Messages of one route that one instance has under way: a slow one must not hold up the rest, nor one route another. */
const lanes = 4;
const retrySeconds = [5, 15, 30, 60, 120, 300, 900];
const longestRetrySeconds = 3600;
const refusedRetrySeconds = 900;
const pollMilliseconds = 500;

const secondsAfter = (tries: number): number => retrySeconds[tries - 1] ?? longestRetrySeconds;

export const createSender = ({ outbox, transports, now, checkpoint, noteFailure }: Needs) => {
  const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);
  let isStopped = false;

  const send = async ({ id, channel, purpose, tries, dropAfter, open }: ClaimedMessage): Promise<void> => {
    if (dropAfter !== null && dropAfter <= now()) return outbox.drop(id);

    try {
      await checkpoint('message claimed');
      await transports[channel](open(), id);
    } catch (error) {
      noteFailure({ channel, purpose }, tries, reasonOf(error));
      if (error instanceof MessageRefusedError) return outbox.markRefused(id, inSeconds(refusedRetrySeconds));
      return outbox.markFailed(id, inSeconds(secondsAfter(tries)));
    }
    return outbox.markSent(id);
  };

  const claim = async (route: Route) => (isStopped ? undefined : outbox.claim(route));

  /** Sends everything of the route that is due now. Whoever finds something opens the next lane: there may be more. */
  const sendDue = async (route: Route, freeLanes: number): Promise<void> => {
    let next: Promise<void> | undefined;
    for (let claimed = await claim(route); claimed !== undefined; claimed = await claim(route)) {
      if (freeLanes > 1) next ??= sendDue(route, freeLanes - 1);
      await send(claimed);
    }
    await next;
  };

  const createLoop = (route: Route) => {
    let timer: NodeJS.Timeout | undefined;
    let running: Promise<void> | undefined;
    const tick = (): void => {
      if (isStopped || running !== undefined) return;
      clearTimeout(timer);
      running = sendDue(route, lanes)
        .catch(() => undefined) // the store is away: the next tick tries again
        .then(() => {
          running = undefined;
          if (!isStopped) timer = setTimeout(tick, pollMilliseconds).unref();
        });
    };
    return {
      tick,
      end: async (): Promise<void> => {
        clearTimeout(timer);
        await running;
      },
    };
  };
  const loops = routes.map(createLoop);
  const tickAll = () => loops.forEach(({ tick }) => tick());

  return {
    start: tickAll,
    /** Something was just written. */
    nudge: tickAll,
    /** Waits for what is under way and begins nothing more. */
    stop: async (): Promise<void> => {
      isStopped = true;
      await Promise.all(loops.map(({ end }) => end()));
    },
  };
};

export type Sender = ReturnType<typeof createSender>;
