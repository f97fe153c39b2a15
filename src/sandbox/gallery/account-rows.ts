// The account: at a glance, its security, the password, help, and the proof before what matters.
import { after, now } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `account/${name}`, draw });

const contact = (value: string, confirmedAt: Date | null = now) => ({ value, confirmedAt });
const anna = {
  profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' },
  level: 'confirmed',
  phone: contact('+79000000001'),
  email: contact('anna@example.org'),
  passwordChangedAt: after(-260 * 24 * 3600),
  accountNumber: '1234567890',
} as const;
const longest = {
  ...anna,
  profile: { givenName: 'Константин-Александр', familyName: 'Преображенский-Вознесенский' },
  level: 'standard',
  email: contact('konstantin.preobrazhensky.voznesensky@department-of-examples.example.org', null),
} as const;
const newcomer = {
  ...anna,
  profile: { givenName: 'ليلى', familyName: 'حداد' },
  level: 'basic',
  phone: undefined,
  passwordChangedAt: undefined,
} as const;

const none = { totp: false, sms: false, passkeys: 0, recoveryCodesLeft: 0 } as const;
const factors = { totp: true, sms: true, passkeys: 2, recoveryCodesLeft: 8 } as const;

const usable = { state: 'usable', setAt: after(-30 * 24 * 3600) } as const;
const states = ['none', 'locked', 'outdated'] as const;
const everything = ['pin-locked', 'pin-outdated', 'pin-none', 'pin-old', 'level-basic'] as const;

const glanceRows = ({ account: { accountHomePage, securityPage } }: App['pages']): Row[] => [
  row('home', (speech) => accountHomePage(speech, { account: anna, pin: usable, attention: [] })),
  row('home-newcomer', (speech) =>
    accountHomePage(speech, { account: newcomer, pin: { state: 'none' }, attention: ['level-basic'] }),
  ),
  row('home-longest', (speech) =>
    accountHomePage(speech, { account: longest, pin: { state: 'locked' }, attention: [...everything] }),
  ),
  row('security', (speech) => securityPage(speech, { account: anna, pin: usable, attention: [], factors })),
  row('security-done', (speech) =>
    securityPage(speech, { account: anna, pin: usable, attention: [], factors }, 'password'),
  ),
  row('security-pin-old', (speech) =>
    securityPage(speech, { account: anna, pin: usable, attention: ['pin-old'], factors: none }),
  ),
  ...states.map((state) => {
    const attention = [`pin-${state}` as const];
    return row(`security-pin-${state}`, (speech) =>
      securityPage(speech, { account: newcomer, pin: { state }, attention, factors: none }),
    );
  }),
];

const passwordRows = ({ account: { changePasswordPage }, proofPage }: App['pages']): Row[] => {
  const facts = { least: 8, now };
  const place = { action: '/account/proof/pin', mayUsePasskey: false };
  return [
    row('password', (speech) => changePasswordPage(speech, anna, {}, facts)),
    row('password-made', (speech) => changePasswordPage(speech, anna, { made: 'kudo-vilem-9-taspo-reni' }, facts)),
    row('password-wrong', (speech) => {
      const mistakes = [{ field: 'password', text: speech.t('account.password.mistake.wrong') }];
      return changePasswordPage(speech, anna, { mistakes }, facts);
    }),
    row('password-wait', (speech) => changePasswordPage(speech, longest, { waitUntil: after(30) }, facts)),
    row('proof', (speech) => proofPage(speech, anna, place, now)),
    row('proof-or-passkey', (speech) => proofPage(speech, anna, { ...place, mayUsePasskey: true }, now)),
    row('proof-wrong', (speech) => {
      const mistakes = [{ field: 'password', text: speech.t('proof.mistake.wrong') }];
      return proofPage(speech, anna, { ...place, mistakes }, now);
    }),
    row('proof-wait', (speech) => proofPage(speech, anna, { ...place, waitUntil: after(480) }, now)),
  ];
};

const helpRows = ({ account: { accountHelpPage, entryLostPage } }: App['pages']): Row[] => {
  const support = '8 800 000-00-00';
  return [
    row('help', (speech) => accountHelpPage(speech, anna, { reference: '', support })),
    row('help-after-an-error', (speech) => accountHelpPage(speech, longest, { reference: 'K7M3P-Q9RTX', support })),
    row('entry-lost', (speech) => entryLostPage(speech)),
  ];
};

export const accountRows = (pages: App['pages']): Row[] =>
  [glanceRows, passwordRows, helpRows].flatMap((rows) => rows(pages));
