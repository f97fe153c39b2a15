// Passkeys: in the account, and in place of a password.
import { after, now, cyrillicService, longService, place } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `passkeys/${name}`, draw });

const anna = { profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' } };
const day = 24 * 3600;
const passkeys = [
  { id: 'one', name: 'Телефон Анны', createdAt: after(-40 * day), lastUsedAt: after(-day) },
  { id: 'two', name: 'Microsoft Edge, Windows, на работе, 3 этаж', createdAt: after(-400 * day), lastUsedAt: null },
  { id: 'three', name: 'هاتف ليلى', createdAt: after(-2 * day), lastUsedAt: null },
] as const;
const most = 20;
const dones = ['added', 'renamed', 'removed', 'last', 'unknown', 'taken', 'gone'] as const;
const options = '{}';

export const passkeyRows = ({ account, passkeyPage }: App['pages']): Row[] => [
  row('none', (speech) => account.passkeysPage(speech, anna, { passkeys: [], most, done: undefined })),
  row('many', (speech) => account.passkeysPage(speech, anna, { passkeys, most, done: undefined })),
  row('full', (speech) => account.passkeysPage(speech, anna, { passkeys, most: passkeys.length, done: 'full' })),
  ...dones.map((done) => row(`done-${done}`, (speech) => account.passkeysPage(speech, anna, { passkeys, most, done }))),
  row('new', (speech) => account.passkeyNamePage(speech, anna, { name: 'Chrome, Windows' })),
  row('new-no-name', (speech) => {
    const mistakes = [{ field: 'name', text: speech.t('passkeys.mistake.no-name') }];
    return account.passkeyNamePage(speech, anna, { name: '', mistakes });
  }),
  row('rename', (speech) => account.passkeyNamePage(speech, anna, { name: 'Телефон Анны', key: 'one' })),
  row('making', (speech) => account.passkeyMakingPage(speech, anna, { name: 'Телефон Анны', options })),
  row('sign-in', (speech) => passkeyPage(speech, place(cyrillicService), { options }, now)),
  row('sign-in-refused', (speech) => passkeyPage(speech, place(longService), { options, isRefused: true }, now)),
  row('sign-in-wait', (speech) => passkeyPage(speech, place(longService), { waitUntil: after(240) }, now)),
  row('removal', (speech) => account.passkeyRemovalPage(speech, anna, passkeys[1])),
];
