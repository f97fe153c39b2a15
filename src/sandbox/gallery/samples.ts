// What the pages of the gallery speak of: short and long, Cyrillic, Latin and right-to-left. Nobody here exists.
import { assuranceLevelClaim, type Claims } from '../../accounts/index.ts';
import type { ServiceView } from '../../oidc/index.ts';

export const now = new Date('2026-11-24T12:00:00Z');
export const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

const service = (name: string, host: string): ServiceView => ({
  clientId: 'gallery',
  name,
  host,
  initial: Array.from(name)[0] ?? '',
  href: `https://${host}`,
  isFirstParty: false,
});

export const cyrillicService = service('Платежи города', 'pay.example.org');
export const latinService = service('Library of the City', 'library.example.org');
export const longService = service(
  'Портал государственных и муниципальных услуг Примерской области и прилегающих районов',
  'a-very-long-name-of-a-host-that-nobody-would-ever-choose.department.region.example.org',
);
export const rightToLeftService = service('خدمات المدينة', 'services.example.org');

export const place = (of: ServiceView, secondsLeft = 3600) => ({ uid: 'gallery', service: of, secondsLeft });

const claim = (name: string, value?: Claims[string]) => ({ name, value });

const nothingFurther = { isRenewed: false, isLasting: false, resourceScopes: [] };

export const shortOffer = {
  ...nothingFurther,
  account: { profile: { givenName: 'Анна' } },
  claims: [claim('name', 'Ковалёва Анна Сергеевна'), claim('email', 'anna@example.org')],
};

export const longOffer = {
  isRenewed: true,
  isLasting: true,
  account: { profile: { givenName: 'Константин-Александр' } },
  claims: [
    claim('name', 'Преображенский-Вознесенский Константин-Александр Святославович'),
    claim('gender', 'male'),
    claim('birthdate', '1988-03-14'),
    claim('zoneinfo', 'Europe/Moscow'),
    claim('locale', 'ru'),
    claim('email', 'konstantin.preobrazhensky.voznesensky@department-of-examples.example.org'),
    claim('email_verified', true),
    claim('phone_number', '+79000000001'),
    claim('phone_number_verified', true),
    claim('address', { formatted: '101000, г. Примерск, ул. Первых Проектировщиков, д. 125, корп. 2, кв. 1012' }),
    claim('snils', '112-233-445 95'),
    claim('inn'),
    claim('documents', [
      { type: 'passport', series: '1308', number: '412305', issue_date: '2008-04-02' },
      { type: 'foreign_document', number: 'AB-1234567' },
    ]),
    claim(assuranceLevelClaim, 'confirmed'),
  ],
  resourceScopes: [{ indicator: 'https://records.example.org', scopes: ['records:read', 'records:write'] }],
};

export const rightToLeftOffer = {
  ...nothingFurther,
  account: { profile: { givenName: 'ليلى' } },
  claims: [claim('name', 'حداد ليلى'), claim('address', { formatted: 'شارع النخيل 12، المدينة' })],
};

export const sentBySms = {
  channel: 'sms',
  destination: '+7 ••• •••-45-67',
  isAnother: false,
  closedUntil: now,
  resendAt: after(42),
  isDown: false,
  otherChannel: undefined,
  supportContact: '8 800 000-00-00',
} as const;

export const sentByEmail = {
  ...sentBySms,
  channel: 'email',
  destination: 'k•••y@a-long-name-of-a-mail-server.example.org',
  resendAt: undefined,
} as const;

export const longIdentifier = 'konstantin.preobrazhensky.voznesensky@department-of-examples.example.org';
