// Everything that is held of a person: of somebody who has used it all, and of somebody new.
import { after, cyrillicService, now } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const anna = { profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' } };
const account = {
  id: 'sandbox-anna',
  accountNumber: '1234567890',
  state: 'active',
  level: 'confirmed',
  givenName: 'Анна',
  familyName: 'Ковалёва',
  birthdate: '1988-03-14',
  phone: '+79000000001',
  phoneConfirmedAt: after(-90 * 24 * 3600),
  snils: '11223344595',
  passport: '4509 123456',
  hasPassword: true,
  updatedAt: now,
};
const names = new Map([['pay', cyrillicService.name]]);
const consent = { service: 'pay', scopes: ['openid', 'profile'], claims: ['email'], givenAt: after(-40 * 24 * 3600) };
const values = { name: 'Анна Ковалёва', birthdate: '1988-03-14', email: 'anna@example.org' };
const grant = {
  service: 'pay',
  scopes: ['openid', 'offline_access'],
  claims: [],
  at: after(-3600),
  until: after(3600),
};
const link = { told: 'new-sign-in', at: after(-3600), device: 'Chrome, Windows', expiresAt: after(71 * 3600) };

export const dataRows = ({ account: { ownDataPage } }: App['pages']): Row[] => [
  {
    name: 'account/data',
    draw: (speech) => {
      const parts = [
        { collection: 'accounts', entries: [account] },
        { collection: 'identifiers', entries: [{ identifierKind: 'phone', value: '+79000000001' }] },
        { collection: 'consents', entries: [consent] },
        { collection: 'oidc_grant', entries: [grant] },
        { collection: 'pins', entries: [{ pinState: 'usable', setAt: after(-30 * 24 * 3600), tries: 0 }] },
        { collection: 'operations', entries: [{ service: 'pay', operationState: 'confirmed', askedAt: now }] },
        { collection: 'not_me_links', entries: [link] },
        { collection: 'journal', entries: [{ at: now, event: 'sign-in' }] },
      ];
      return ownDataPage(speech, anna, { parts, names, values }, now);
    },
  },
  {
    name: 'account/data-newcomer',
    draw: (speech) =>
      ownDataPage(speech, anna, { parts: [{ collection: 'accounts', entries: [account] }], names, values }, now),
  },
];
