// Tells a person what happened to their account, on every contact they have, in their language.
import type { Account, Contact } from '../accounts/index.ts';
import type { Channel, Delivery, Message } from '../delivery/index.ts';
import type { Tx } from '../mongo/index.ts';

export type NoticeKind = 'new-sign-in' | 'unused-codes' | 'level-raised' | 'password-changed';

type Translate = (key: string, values?: Record<string, string | number>) => string;

interface Needs {
  delivery: Delivery;
  /** The translator for a person's language. */
  textsFor: (locale: string | undefined) => Translate;
  /** What people know it as. */
  deploymentName: string;
  /** Whom to turn to when it was not you. */
  supportContact: string;
}

/** A notice of last week would frighten more than it helps. */
const tryMilliseconds = 3 * 24 * 3600 * 1000;

/** What a notice tells; `device`: names of browser and system. */
export interface NoticeFacts {
  at: Date;
  device?: string;
}

export interface Notices {
  tell: (tx: Tx, account: Account, kind: NoticeKind, facts: NoticeFacts) => Promise<void>;
}

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false; // a profile may hold any text; the notice must go all the same
  }
};

const describeTime = (at: Date, zone: string | undefined, t: Translate): string =>
  new Intl.DateTimeFormat(t('notice.language'), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone !== undefined && isZone(zone) ? zone : 'Europe/Moscow',
  }).format(at);

export const createNotices = ({ delivery, textsFor, deploymentName, supportContact }: Needs): Notices => ({
  tell: async (tx, { profile, phone, email }, kind, { at, device = 'unknown' }) => {
    const t = textsFor(profile.locale);
    const values = {
      device: device === 'unknown' ? t('notice.unknown-device') : device,
      time: describeTime(at, profile.zoneinfo, t),
      deployment: deploymentName,
      support: supportContact,
    };
    const write = async (channel: Channel, contact: Contact | undefined, words: Pick<Message, 'subject' | 'text'>) => {
      if (!contact?.confirmedAt || !delivery.reaches(channel, contact.value)) return;
      const dropAfter = new Date(at.getTime() + tryMilliseconds);
      await delivery.write(tx, { channel, to: contact.value, purpose: 'notice', code: null, dropAfter, ...words });
    };
    await write('email', email, {
      subject: t(`notice.${kind}.subject`, values),
      text: t(`notice.${kind}.email`, values),
    });
    await write('sms', phone, { subject: null, text: t(`notice.${kind}.sms`, values) });
  },
});
