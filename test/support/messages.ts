// Messages of the product, written as its rules write them, and what the store knows of them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../src/delivery/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import type { TestCivicId } from './civic-id.ts';
import { until } from './ledger.ts';

export const anSms: Message = {
  channel: 'sms',
  to: '+79000000001',
  purpose: 'notice',
  subject: null,
  text: 'Вход с нового устройства',
  code: null,
  dropAfter: null,
};
export const anEmail: Message = { ...anSms, channel: 'email', to: 'anna@example.org', subject: 'Вход' };

/** Writes one and wakes the sender. */
export const writeMessage = async ({ app }: TestCivicId, message: Message): Promise<void> => {
  const { delivery, inTransaction } = app.services;
  await inTransaction((tx) => delivery.write(tx, message));
  delivery.nudge();
};

export interface RawMessage {
  _id: string;
  channel: string;
  state: string;
  tries: number;
  sealed: string | null;
  nextTryAt: Date;
  writtenAt: Date;
}

/** Oldest first. */
export const rawMessages = ({ connection }: TestCivicId, filter: Partial<RawMessage> = {}): Promise<RawMessage[]> =>
  nativeCollection<RawMessage>(connection, 'messages').find(filter).sort({ writtenAt: 1 }).toArray();

export const countWaiting = async (idp: TestCivicId): Promise<number> =>
  (await rawMessages(idp, { state: 'waiting' })).length;

/** Until the sender has come to an end with everything that was written. */
export const allAreSent = (idp: TestCivicId): Promise<void> => until(async () => (await countWaiting(idp)) === 0);

/** What was tried last by the channel looks as if it had not been taken. */
export const breakChannel = async ({ connection }: TestCivicId, channel: 'sms' | 'email'): Promise<void> => {
  const messages = nativeCollection(connection, 'messages');
  await messages.updateMany({ channel, outcome: { $ne: null } }, { $set: { 'outcome.isFailure': true } });
};

/** Until some message has failed so many times, which the log tells, and is put back. */
export const hasFailed = async ({ logLines }: TestCivicId, tries: number): Promise<void> => {
  await until(() => failuresIn({ logLines }).some((failure) => failure.tries === tries));
  await sleep(100); // the log comes first
};

export interface Failure {
  channel: string;
  tries: number;
  code: string;
}

/** What the log says of messages that were not taken. */
export const failuresIn = ({ logLines }: Pick<TestCivicId, 'logLines'>): Failure[] =>
  logLines
    .map((line): Failure & { msg: string } => JSON.parse(line))
    .filter(({ msg }) => msg === 'message not delivered yet')
    .map(({ channel, tries, code }) => ({ channel, tries, code }));

/** Long enough for a sender to look again, and more than once. */
export const aWhile = (): Promise<void> => sleep(1200);
