// Phone and e-mail in the account: the list, a new one, its code, and a removal.
import { after, now } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const row = (name: string, draw: Row['draw']): Row => ({ name: `contacts/${name}`, draw });

const contact = (value: string, confirmedAt: Date | null = now) => ({ value, confirmedAt });
const anna = {
  profile: { givenName: 'Анна', familyName: 'Ковалёва' },
  phone: contact('+79000000001'),
  email: contact('anna@example.org'),
};
const longAddress = 'konstantin.preobrazhensky.voznesensky@department-of-examples.example.org';
const unconfirmed = { ...anna, email: contact(longAddress, null) };
const newcomer = { ...anna, phone: undefined };
const kinds = ['phone', 'email'] as const;
const outcomes = ['added', 'changed', 'removed', 'taken', 'over'] as const;

const listRows = ({ account: { contactsPage } }: App['pages']): Row[] => [
  row('list', (speech) => contactsPage(speech, anna)),
  row('list-unconfirmed', (speech) => contactsPage(speech, unconfirmed)),
  ...kinds.flatMap((kind) =>
    outcomes.map((outcome) =>
      row(`list-${kind}-${outcome}`, (speech) => contactsPage(speech, newcomer, { kind, outcome })),
    ),
  ),
];

const newRows = ({ account: { newContactPage } }: App['pages']): Row[] => [
  row('new-phone', (speech) => newContactPage(speech, newcomer, 'phone', {})),
  row('new-phone-instead', (speech) => newContactPage(speech, anna, 'phone', {})),
  row('new-email-to-confirm', (speech) => newContactPage(speech, unconfirmed, 'email', {})),
  ...['missing', 'malformed', 'unreachable', 'same'].flatMap((why) =>
    kinds.map((kind) =>
      row(`new-${kind}-${why}`, (speech) => {
        const mistakes = [{ field: kind, text: speech.t(`contacts.new.mistake.${why}.${kind}`) }];
        return newContactPage(speech, anna, kind, { typed: '+7 900', mistakes });
      }),
    ),
  ),
];

const codeRows = ({ account: { contactCodePage } }: App['pages']): Row[] => {
  const answers = { kind: 'phone', value: '+79001234567', withheld: null } as const;
  const open = { step: 'code', answers, resendAt: after(42), secondsLeft: 1200 } as const;
  const toLongAddress = { ...answers, kind: 'email', value: longAddress } as const;
  return [
    row('code', (speech) => contactCodePage(speech, anna, open, {}, now)),
    row('code-email', (speech) =>
      contactCodePage(speech, anna, { ...open, answers: toLongAddress, resendAt: undefined }, {}, now),
    ),
    row('code-wrong', (speech) => {
      const mistakes = [{ field: 'code', text: speech.t('code-page.mistake.wrong', { count: 2 }) }];
      return contactCodePage(speech, anna, open, { mistakes }, now);
    }),
    ...(['account', 'sms'] as const).map((why) =>
      row(`code-withheld-${why}`, (speech) => {
        const withheld = { why, until: after(2400).getTime() };
        return contactCodePage(speech, anna, { ...open, answers: { ...answers, withheld } }, {}, now);
      }),
    ),
    row('code-used-up', (speech) => contactCodePage(speech, anna, { ...open, step: 'used-up' }, {}, now)),
  ];
};

const removalRows = ({ account: { removeContactPage } }: App['pages']): Row[] =>
  kinds.flatMap((kind) => [
    row(`remove-${kind}`, (speech) =>
      removeContactPage(speech, anna, kind, { isLast: false, isNeededForPin: true, factor: 'none' }),
    ),
    row(`last-${kind}`, (speech) =>
      removeContactPage(speech, unconfirmed, kind, { isLast: true, isNeededForPin: true, factor: 'none' }),
    ),
  ]);

const factorLossRows = ({ account: { removeContactPage } }: App['pages']): Row[] =>
  (['one', 'last'] as const).map((factor) =>
    row(`remove-phone-factor-${factor}`, (speech) =>
      removeContactPage(speech, anna, 'phone', { isLast: false, isNeededForPin: true, factor }),
    ),
  );

export const contactRows = (pages: App['pages']): Row[] =>
  [listRows, newRows, codeRows, removalRows, factorLossRows].flatMap((rows) => rows(pages));
