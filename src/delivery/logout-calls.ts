// Calls that tell services of an ended session travel like messages: written with the end, tried again until taken.
import { z } from 'zod';
import type { Tx } from '../mongo/index.ts';
import type { Delivery } from './delivery.ts';

interface LogoutCall {
  clientId: string;
  accountId: string;
  sid: string;
}

const callSchema = z.object({ accountId: z.string(), sid: z.string() });
const tryMilliseconds = 24 * 3600 * 1000;

export const createLogoutCalls = (delivery: Delivery, now: () => Date) => ({
  write: async (tx: Tx, calls: readonly LogoutCall[]): Promise<void> => {
    const dropAfter = new Date(now().getTime() + tryMilliseconds);
    for (const { clientId, accountId, sid } of calls) {
      const text = JSON.stringify({ accountId, sid });
      const message = {
        channel: 'back-channel',
        purpose: 'sign-out',
        to: clientId,
        subject: null,
        text,
        code: null,
      } as const;
      await delivery.write(tx, { ...message, dropAfter });
    }
  },
  connect: (send: (call: LogoutCall) => Promise<void>): void =>
    delivery.connectBackChannel(({ to, text }) => send({ clientId: to, ...callSchema.parse(JSON.parse(text)) })),
});
