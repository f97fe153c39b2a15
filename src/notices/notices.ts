// Tells a person what happened to their account, on every contact they have, in their language, with the way to say that it was not them (N-08).
import type { Account, Contact } from '../accounts/index.ts';
import type { Channel, Delivery } from '../delivery/index.ts';
import type { Tx } from '../mongo/index.ts';
import { describeTime } from './describe-time.ts';
import type { NotMeLinks } from './not-me-link-store.ts';

/** Each has its texts under `notice` and, where it carries a link, under `not-me.event`. */
export type NoticeKind =
  | 'new-sign-in'
  | 'unused-codes'
  | 'level-raised'
  | 'password-changed'
  | 'pin-created'
  | 'pin-changed'
  | 'pin-locked'
  | 'data-downloaded'
  | 'factor-added'
  | 'factor-removed'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  | 'factor-guessed'
  | 'phone-added'
  | 'phone-changed'
  | 'phone-removed'
  | 'email-added'
  | 'email-changed'
  | 'email-removed'
  | 'deletion-asked'
  | 'deletion-undone'
  /** There is no account any more. */
  | 'deleted'
  | 'passkey-added'
  | 'passkey-removed'
  | 'passkey-copied'
  /** Somebody who does not know the password gets a new one in a day, unless a contact says no. */
  | 'recovery-waiting'
  | 'recovery-stopped'
  | 'password-recovered'
  | 'name-changed'
  | 'details-changed'
  /** Of a browser that is known, for whoever wants to be told of every sign-in. */
  | 'sign-in'
  /** Everything was ended because the person said that something was not them. */
  | 'not-me';

/** Nothing is left that a link could stop, and one that lived on would void the password that its person sets next. */
const withoutLink: readonly NoticeKind[] = ['not-me', 'deleted', 'recovery-stopped'];

type Translate = (key: string, values?: Record<string, string | number>) => string;

interface Needs {
  delivery: Delivery;
  links: NotMeLinks;
  /** The translator for a person's language. */
  textsFor: (locale: string | undefined) => Translate;
  /** Of the address that people open. */
  issuerHost: string;
  /** What people know it as. */
  deploymentName: string;
  /** Whom to turn to when it was not you. */
  supportContact: string;
}

/** A notice of last week would frighten more than it helps. */
const tryMilliseconds = 3 * 24 * 3600 * 1000;

/** What a notice tells; `device`: names of browser and system; `requestId`: where the journal has it. */
export interface NoticeFacts {
  at: Date;
  device?: string;
  requestId?: string;
  /** A contact that was the account's until now: who has it is told too. */
  former?: { kind: 'phone' | 'email'; contact: Contact };
}

export interface Notices {
  /** With equal facts where the transaction is tried again. */
  tell: (tx: Tx, account: Account, kind: NoticeKind, facts: NoticeFacts) => Promise<void>;
}

interface Reachable {
  channel: Channel;
  to: string;
}

export const createNotices = ({
  delivery,
  links,
  textsFor,
  issuerHost,
  deploymentName,
  supportContact,
}: Needs): Notices => {
  const contactsOf = ({ phone, email }: Account, former: NoticeFacts['former']): Reachable[] =>
    [
      { channel: 'email' as const, contact: email },
      { channel: 'sms' as const, contact: phone },
      { channel: former?.kind === 'phone' ? ('sms' as const) : ('email' as const), contact: former?.contact },
    ].flatMap(({ channel, contact }) =>
      contact?.confirmedAt && delivery.reaches(channel, contact.value) ? [{ channel, to: contact.value }] : [],
    );

  const compose = (kind: NoticeKind, channel: Channel, t: Translate, values: Record<string, string>) =>
    channel === 'sms'
      ? { subject: null, text: t(`notice.${kind}.sms`, values) }
      : { subject: t(`notice.${kind}.subject`, values), text: t(`notice.${kind}.email`, values) };

  return {
    tell: async (tx, account, kind, { at, device = 'unknown', requestId = null, former }) => {
      const contacts = contactsOf(account, former);
      if (contacts.length === 0) return;

      const { id: accountId, profile } = account;
      const t = textsFor(profile.locale);
      const hasLink = !withoutLink.includes(kind);
      const link = hasLink ? await links.write(tx, { accountId, kind, at, device, requestId }) : '';
      const values = {
        device: device === 'unknown' ? t('notice.unknown-device') : device,
        time: describeTime(at, profile.zoneinfo, t),
        deployment: deploymentName,
        host: issuerHost,
        support: supportContact,
        link,
      };
      const dropAfter = new Date(at.getTime() + tryMilliseconds);
      for (const { channel, to } of contacts) {
        const message = { channel, to, purpose: 'notice', code: null, dropAfter } as const;
        await delivery.write(tx, { ...message, ...compose(kind, channel, t, values) });
      }
    },
  };
};
