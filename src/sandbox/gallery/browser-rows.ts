// Where somebody is signed in, and what happened to their account.
import { after, cyrillicService, longService, now, rightToLeftService } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `account/${name}`, draw });

const anna = { profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' } };
const ago = (minutes: number): Date => after(-60 * minutes);
const day = 24 * 60;

const own = {
  sessionUid: 'own',
  device: 'Chrome, Windows',
  isThis: true,
  since: ago(95),
  lastSeenAt: now,
  services: [cyrillicService.name],
};
const others = [
  { ...own, sessionUid: 'phone', device: 'Safari, iOS', isThis: false, lastSeenAt: ago(40), services: [] },
  {
    ...own,
    sessionUid: 'longest',
    device: 'Microsoft Edge, Windows',
    isThis: false,
    since: ago(650),
    lastSeenAt: ago(600),
    services: [longService.name, rightToLeftService.name, cyrillicService.name],
  },
  { ...own, sessionUid: 'unknown', device: undefined, isThis: false, since: ago(700), lastSeenAt: ago(700) },
];
const remembered = [
  { id: 'one', name: 'Chrome, Windows', isThis: true, firstSeenAt: ago(40 * day), lastSeenAt: ago(95) },
  { id: 'two', name: 'unknown', isThis: false, firstSeenAt: ago(340 * day), lastSeenAt: ago(200 * day) },
].map((browser) => ({ ...browser, expiresAt: after(100 * day * 60) }));

const deviceRows = ({ account: { devicesPage } }: App['pages']): Row[] => {
  const many = { browsers: [own, ...others], remembered, done: undefined };
  return [
    row('devices', (speech) => devicesPage(speech, anna, many, now)),
    row('devices-alone', (speech) =>
      devicesPage(speech, anna, { browsers: [own], remembered: [], done: undefined }, now),
    ),
    row('devices-done', (speech) => devicesPage(speech, anna, { ...many, done: 'ended' }, now)),
    row('devices-unknown', (speech) => devicesPage(speech, anna, { ...many, done: 'unknown' }, now)),
  ];
};

const event = {
  id: '0'.repeat(24),
  at: ago(20),
  type: 'sign-in',
  clientId: undefined,
  requestId: 'K7M3P-Q9RTX',
  device: 'Chrome, Windows',
  isNewDevice: false,
  service: undefined,
} as const;

const historyRows = ({ account: { historyPage, reportPage } }: App['pages']): Row[] => {
  const events = [
    { ...event, isNewDevice: true, service: cyrillicService.name },
    { ...event, type: 'sign-in-refused', at: ago(21), device: 'unknown' },
    { ...event, type: 'pin-right', at: ago(day), service: longService.name },
    { ...event, type: 'consent-given', at: ago(30 * day), service: rightToLeftService.name },
    { ...event, type: 'pin-locked', at: ago(340 * day) },
  ] as const;
  const first = { events: [...events], olderThan: event.id, isLater: false, group: undefined };
  return [
    row('history', (speech) => historyPage(speech, anna, first, now)),
    row('history-last', (speech) =>
      historyPage(speech, anna, { ...first, olderThan: undefined, isLater: true, group: 'sign-ins' }, now),
    ),
    row('history-empty', (speech) => historyPage(speech, anna, { ...first, events: [], olderThan: undefined }, now)),
    ...events.map((one) => row(`not-me-${one.type}`, (speech) => reportPage(speech, anna, one, now))),
    row('history-none-of-these', (speech) =>
      historyPage(speech, anna, { ...first, events: [], olderThan: undefined, group: 'confirmations' }, now),
    ),
  ];
};

export const browserRows = (pages: App['pages']): Row[] => [...deviceRows(pages), ...historyRows(pages)];
