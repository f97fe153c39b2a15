// The services of a person: none, one, many, and what a withdrawal means.
import { after, cyrillicService, latinService, longService, now, rightToLeftService } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `account/${name}`, draw });

const anna = { profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' } };
const ago = (days: number): Date => after(-days * 24 * 3600);

const payments = {
  clientId: 'gallery',
  name: cyrillicService.name,
  isFirstParty: false,
  isOff: false,
  claims: ['name', 'email', 'phone_number'],
  resourceScopes: [],
  since: ago(40),
  lastUsedAt: ago(0.1),
  renewsUntil: undefined,
};
const longest = {
  ...payments,
  name: longService.name,
  claims: ['name', 'gender', 'birthdate', 'address', 'snils', 'inn', 'documents'],
  resourceScopes: [{ indicator: 'https://records.example.org', scopes: ['records:read', 'records:write'] }],
  lastUsedAt: ago(3),
  renewsUntil: after(27 * 24 * 3600),
};
const own = { ...payments, name: latinService.name, isFirstParty: true, since: undefined };
const gone = { ...payments, name: rightToLeftService.name, isOff: true, claims: [], lastUsedAt: undefined };

export const serviceRows = ({ account: { servicesPage, withdrawPage } }: App['pages']): Row[] => [
  row('services', (speech) =>
    servicesPage(speech, anna, { services: [payments, longest, own, gone], done: undefined }, now),
  ),
  row('services-none', (speech) => servicesPage(speech, anna, { services: [], done: undefined }, now)),
  row('services-withdrawn', (speech) => servicesPage(speech, anna, { services: [own], done: 'withdrawn' }, now)),
  row('services-withdrawn-before', (speech) => servicesPage(speech, anna, { services: [own], done: 'unknown' }, now)),
  row('withdraw', (speech) => withdrawPage(speech, anna, payments)),
  row('withdraw-longest', (speech) => withdrawPage(speech, anna, longest)),
  row('withdraw-own', (speech) => withdrawPage(speech, anna, own)),
];
