// A right password from a browser we do not know is not enough: a code goes to the person's own contact first.
import { z } from 'zod';
import { maskEmail, maskPhone, type Account, type Accounts } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { Codes, SendRules, Sends, SmsGuard } from '../codes/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

const answersSchema = z.object({
  accountId: z.string(),
  /** When the password was right, in epoch seconds: what `auth_time` says. */
  at: z.number(),
  interactionUid: z.string(),
  channel: z.enum(['sms', 'email']),
  destination: z.string(),
});
export type NewDeviceAnswers = z.infer<typeof answersSchema>;
export const parseNewDeviceAnswers = (stored: unknown): NewDeviceAnswers => answersSchema.parse(stored);

export interface CodePage {
  channel: Channel;
  /** The contact with most of it hidden. */
  destination: string;
  /** The channel does not work just now. */
  isDown: boolean;
  /** Another contact that a code could go to. */
  otherChannel: Channel | undefined;
}

export type Begun = { outcome: 'code-sent'; flowToken: string } | { outcome: 'wait'; until: Date };
export type Resent = { outcome: 'sent' } | { outcome: 'wait'; until: Date } | { outcome: 'gone' };
export type CodeConfirmation =
  | { outcome: 'signed-in'; accountId: string; at: number; amr: string[]; deviceToken: string | undefined }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'malformed' }
  /** This code is of no use any more. */
  | { outcome: 'over' }
  | { outcome: 'gone' };

interface Needs {
  isOn: boolean;
  accounts: Accounts;
  devices: Devices;
  flows: FlowOf<NewDeviceAnswers>;
  codes: Codes;
  /** Wrong codes of one account, over all its codes. */
  codeAttempts: Attempts;
  sends: Sends;
  smsGuard: SmsGuard;
  sendRules: SendRules;
  delivery: Delivery;
  notices: Notices;
  journal: Journal;
  inTransaction: InTransaction;
  textsFor: (locale: string | undefined) => (key: string, values?: Record<string, string | number>) => string;
  issuerHost: string;
  /** Country codes that an SMS may go to. */
  smsCountries: readonly string[];
  supportContact: string;
  now: () => Date;
}

type ReservedContact =
  { outcome: 'reserved'; channel: Channel; destination: string } | { outcome: 'wait'; until: Date };

const purpose = 'sign-in';
const hourMilliseconds = 3600 * 1000;

export const createNewDevice = (needs: Needs) => {
  const {
    accounts,
    devices,
    flows,
    codes,
    codeAttempts,
    sends,
    smsGuard,
    delivery,
    notices,
    journal,
    inTransaction,
    now,
  } = needs;

  const contactOf = ({ phone, email }: Account, channel: Channel): string | undefined => {
    const contact = channel === 'sms' ? phone : email;
    if (!contact?.confirmedAt) return undefined;
    const isReachable = channel === 'email' || needs.smsCountries.some((code) => contact.value.startsWith(`+${code}`));
    return isReachable ? contact.value : undefined;
  };
  const channelFor = (account: Account): Channel | undefined =>
    (['sms', 'email'] as const).find((channel) => contactOf(account, channel) !== undefined);

  const compose = (account: Account, channel: Channel, code: string) => {
    const t = needs.textsFor(account.profile.locale);
    const values = { code, host: needs.issuerHost, support: needs.supportContact };
    if (channel === 'sms') return { subject: null, text: t('message.sign-in-code.sms', values) };
    return { subject: t('message.sign-in-code.subject', values), text: t('message.sign-in-code.email', values) };
  };

  const send = async (account: Account, { channel, destination }: NewDeviceAnswers, flowId: string): Promise<void> => {
    const code = codes.draw();
    const words = compose(account, channel, code);
    await inTransaction(async (tx) => {
      const dropAfter = await codes.put(tx, { flowId, purpose, destination }, code);
      await delivery.write(tx, { channel, to: destination, purpose, code, dropAfter, ...words });
    });
    delivery.nudge();
  };

  const isNeeded = async (account: Account, deviceToken: string | undefined): Promise<boolean> =>
    needs.isOn && channelFor(account) !== undefined && !(await devices.isKnown(account.id, deviceToken));

  /** The first of these channels that a code may go by now; the other is not tried because one must wait. */
  const reserveContact = async (
    account: Account,
    channels: readonly Channel[],
    network: string,
  ): Promise<ReservedContact> => {
    for (const channel of channels) {
      const destination = contactOf(account, channel);
      if (destination === undefined) continue;
      const reserved = await sends.reserve(destination, needs.sendRules);
      if (reserved.outcome === 'wait') return reserved;
      const isAdmitted = channel === 'email' || (await smsGuard.admit(destination, network));
      if (isAdmitted) return { outcome: 'reserved', channel, destination };
    }
    return { outcome: 'wait', until: new Date(now().getTime() + hourMilliseconds) };
  };

  const begin = async (account: Account, at: number, interactionUid: string, network: string): Promise<Begun> => {
    const contact = await reserveContact(account, ['sms', 'email'], network);
    if (contact.outcome === 'wait') return contact;

    const { channel, destination } = contact;
    const answers = { accountId: account.id, at, interactionUid, channel, destination };
    const flowToken = await flows.begin('code', answers);
    const flow = await flows.read(flowToken);
    if (flow === undefined) throw new Error('a flow that was just begun is gone');
    await send(account, answers, flow.id);
    return { outcome: 'code-sent', flowToken };
  };

  /** The flow of this browser, for the interaction it was begun in, of a person who may still sign in. */
  const find = async (
    token: string | undefined,
    interactionUid: string,
  ): Promise<{ flow: Flow<NewDeviceAnswers>; account: Account } | undefined> => {
    const flow = await flows.read(token);
    if (flow === undefined || flow.answers.interactionUid !== interactionUid) return undefined;
    const account = await accounts.find(flow.answers.accountId);
    return account?.state === 'active' ? { flow, account } : undefined;
  };

  const open = async (token: string | undefined, interactionUid: string): Promise<CodePage | undefined> => {
    const found = await find(token, interactionUid);
    if (found === undefined) return undefined;

    const { channel, destination } = found.flow.answers;
    const other: Channel = channel === 'sms' ? 'email' : 'sms';
    return {
      channel,
      destination: channel === 'sms' ? maskPhone(destination) : maskEmail(destination),
      isDown: await delivery.isDown(channel),
      otherChannel: contactOf(found.account, other) === undefined ? undefined : other,
    };
  };

  /** Sends a new code, to the other contact if asked; the one before is void. */
  const resend = async (
    token: string | undefined,
    interactionUid: string,
    { channel, network }: { channel: Channel | undefined; network: string },
  ): Promise<Resent> => {
    const found = await find(token, interactionUid);
    if (found === undefined) return { outcome: 'gone' };

    const { flow, account } = found;
    const contact = await reserveContact(account, [channel ?? flow.answers.channel], network);
    if (contact.outcome === 'wait') return contact;

    const answers = { ...flow.answers, channel: contact.channel, destination: contact.destination };
    if (!(await flows.advance(flow, 'code', answers))) return { outcome: 'gone' };
    await send(account, answers, flow.id);
    return { outcome: 'sent' };
  };

  const complete = async (
    { flow, account }: { flow: Flow<NewDeviceAnswers>; account: Account },
    remember: boolean,
    visit: SignInVisit,
  ): Promise<CodeConfirmation> => {
    if (!(await flows.end(flow))) return { outcome: 'gone' };
    if (flow.answers.channel === 'sms') await smsGuard.noteUsed();

    const t = needs.textsFor(account.profile.locale);
    const time = new Intl.DateTimeFormat(account.profile.locale ?? 'ru', {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: account.profile.zoneinfo ?? 'Europe/Moscow',
    }).format(now());
    await inTransaction(async (tx) => {
      await journal.writeIn(tx, { type: 'sign-in', accountId: account.id, ...visit });
      await notices.tell(tx, account, 'new-sign-in', {
        device: visit.device === 'unknown' ? t('notice.unknown-device') : visit.device,
        time,
      });
    });
    delivery.nudge();
    const deviceToken = remember ? await devices.remember(account.id, visit.device) : undefined;
    const amr = flow.answers.channel === 'sms' ? ['pwd', 'sms'] : ['pwd']; // an e-mail is no factor (ASVS 6.3.6)
    return { outcome: 'signed-in', accountId: account.id, at: flow.answers.at, amr, deviceToken };
  };

  const confirm = async (
    token: string | undefined,
    interactionUid: string,
    { code, remember }: { code: string; remember: boolean },
    visit: SignInVisit,
  ): Promise<CodeConfirmation> => {
    const found = await find(token, interactionUid);
    if (found === undefined) return { outcome: 'gone' };

    const { flow, account } = found;
    const subject = `codes:${account.id}`;
    if ((await codeAttempts.reserve(subject)).outcome === 'wait') return { outcome: 'over' };

    const check = await codes.spend({ flowId: flow.id, purpose, destination: flow.answers.destination }, code);
    if (check.outcome !== 'wrong') await codeAttempts.giveBack(subject);
    if (check.outcome === 'right') return complete(found, remember, visit);
    if (check.outcome === 'wrong') await journal.write({ type: 'code-wrong', accountId: account.id, ...visit });
    return check;
  };

  return { isNeeded, begin, open, resend, confirm };
};

export type NewDeviceRules = ReturnType<typeof createNewDevice>;
