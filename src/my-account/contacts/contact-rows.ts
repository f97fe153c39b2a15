// The contacts of an account in a list, each with its state and the one thing to do.
import { maskEmail, maskPhone, type Account, type Contact, type ContactKind } from '../../accounts/index.ts';
import type { Speech } from '../../web/index.ts';

export const contactKinds = ['phone', 'email'] as const satisfies readonly ContactKind[];

export const masked = (kind: ContactKind, { value }: Contact): string =>
  kind === 'phone' ? maskPhone(value) : maskEmail(value);

/** What can be done about it first. */
export const nextAct = (contact: Contact | undefined): 'add' | 'confirm' | 'change' => {
  if (contact === undefined) return 'add';
  return contact.confirmedAt === null ? 'confirm' : 'change';
};

const tagOf = ({ t }: Speech, contact: Contact | undefined) => {
  if (contact === undefined) return { kind: 'warn', text: t('account.home.contact-none') };
  return contact.confirmedAt === null ? { kind: 'warn', text: t('account.home.contact-unconfirmed') } : null;
};

/** `base`: below it each kind has its page. */
export const contactRows = (speech: Speech, account: Pick<Account, ContactKind>, base: string) =>
  contactKinds.map((kind) => {
    const contact = account[kind];
    return {
      label: speech.t(`account.home.${kind}`),
      tag: tagOf(speech, contact),
      isStateData: true,
      state: contact === undefined ? '' : masked(kind, contact),
      action: { href: `${base}/${kind}`, label: speech.t(`contacts.act.${nextAct(contact)}`) },
    };
  });
