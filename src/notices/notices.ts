// Tells a person what happened to their account, on every contact they have, in their language.
import type { Account } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Tx } from '../mongo/index.ts';

export type NoticeKind = 'new-sign-in';

type Translate = (key: string, values?: Record<string, string | number>) => string;

interface Needs {
  delivery: Delivery;
  /** The translator for a person's language. */
  textsFor: (locale: string | undefined) => Translate;
  /** Whom to turn to when it was not you. */
  supportContact: string;
}

export interface Notices {
  tell: (tx: Tx, account: Account, kind: NoticeKind, values: Record<string, string>) => Promise<void>;
}

export const createNotices = ({ delivery, textsFor, supportContact }: Needs): Notices => ({
  tell: async (tx, { profile, phone, email }, kind, values) => {
    const t = textsFor(profile.locale);
    const filled = { ...values, support: supportContact };
    const common = { purpose: 'notice' as const, code: null, dropAfter: null };
    if (email?.confirmedAt) {
      const subject = t(`notice.${kind}.subject`, filled);
      await delivery.write(tx, {
        ...common,
        channel: 'email',
        to: email.value,
        subject,
        text: t(`notice.${kind}.email`, filled),
      });
    }
    if (phone?.confirmedAt) {
      await delivery.write(tx, {
        ...common,
        channel: 'sms',
        to: phone.value,
        subject: null,
        text: t(`notice.${kind}.sms`, filled),
      });
    }
  },
});
