// Sends what the rest of the house has to say to people; nobody waits for it.
import type { Connection, Tx } from '../mongo/index.ts';
import { createSealing, type SealingKey } from '../sealing/index.ts';
import { createOutbox, type Outbox } from './outbox-store.ts';
import { createSender } from './sender.ts';
import { createSmsGateway, type SmsGateway } from './sms-gateway.ts';
import { createSmtp } from './smtp.ts';
import type { Channel, Message, Transport } from './message.ts';

export interface DeliveryChannels {
  email: { url: string; from: string; timeoutSeconds: number } | undefined;
  sms: SmsGateway | undefined;
}

interface Needs {
  connection: Connection;
  sealingKeys: readonly SealingKey[];
  channels: DeliveryChannels;
  /** Country codes that an SMS may go to. */
  smsCountries: readonly string[];
  /** A sandbox keeps what was sent and needs no channel. */
  isSandbox: boolean;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
  noteFailure: (message: Pick<Message, 'channel' | 'purpose'>, tries: number, reason: string) => void;
}

export interface Delivery {
  /** In the transaction of its cause. */
  write: (tx: Tx, message: Message) => Promise<void>;
  /** After the transaction: do not wait for the next look. */
  nudge: () => void;
  /** Whether this deployment sends there. Where it has no channel at all, messages of both wait: a code that cannot go lets nobody in. */
  reaches: (channel: Channel, to: string) => boolean;
  /** The channel does not work just now. */
  isDown: (channel: Channel) => Promise<boolean>;
  list: Outbox['list'];
  /** Who takes calls to services; until then they wait. */
  connectBackChannel: (transport: Transport) => void;
  start: () => void;
  stop: () => Promise<void>;
}

/** No such channel in this deployment. */
export class NoChannelError extends Error {
  override name = 'NoChannelError';
}

const keepOnly: Transport = async () => undefined;
const refuse: Transport = async () => {
  throw new NoChannelError('no such channel is configured');
};

export const createDelivery = ({
  connection,
  sealingKeys,
  channels,
  smsCountries,
  isSandbox,
  now,
  checkpoint,
  noteFailure,
}: Needs): Delivery => {
  const sealing = createSealing(sealingKeys, 'messages');
  const outbox = createOutbox({ connection, sealing, claimSeconds: 60, isKept: isSandbox, now });
  const smtp = channels.email === undefined ? undefined : createSmtp(channels.email);
  const otherwise = isSandbox ? keepOnly : refuse;
  let backChannel = refuse;
  const transports = {
    'back-channel': (message: Message, key: string) => backChannel(message, key),
    email: smtp?.send ?? otherwise,
    sms: channels.sms === undefined ? otherwise : createSmsGateway(channels.sms),
  };
  const hasNone = channels.email === undefined && channels.sms === undefined;
  const sender = createSender({ outbox, transports, now, checkpoint, noteFailure });

  return {
    write: outbox.write,
    nudge: sender.nudge,
    reaches: (channel, to) => {
      const isAllowed = channel === 'email' || smsCountries.some((code) => to.startsWith(`+${code}`));
      return isAllowed && (isSandbox || hasNone || channels[channel] !== undefined);
    },
    isDown: outbox.isDown,
    list: outbox.list,
    connectBackChannel: (transport) => {
      backChannel = transport;
    },
    start: sender.start,
    stop: async () => {
      await sender.stop();
      smtp?.close();
    },
  };
};
