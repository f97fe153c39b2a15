// The people of the sandbox. All are fictional; each is in one of the states that a service or an operator meets.
import type { AssuranceLevel, Passport, Profile } from '../accounts/index.ts';
import { home, inn, passport, snils } from './made-up.ts';

export type CitizenState = 'ready' | 'no-pin' | 'pin-locked' | 'basic' | 'disabled' | 'second-factor';

export interface Citizen {
  id: string;
  profile: Profile;
  phone: string | null;
  email: string | null;
  snils: string | null;
  inn: string | null;
  passport: Passport | null;
  password: string;
  pin: string | null;
  /** The secret of an app that makes codes: whoever has one is asked for a code. */
  totp: string | null;
  state: CitizenState;
  locale: 'ru' | 'en' | 'pt';
}

export const citizens: readonly Citizen[] = [
  {
    id: 'sandbox-anna',
    profile: {
      familyName: 'Ковалёва',
      givenName: 'Анна',
      middleName: 'Сергеевна',
      gender: 'female',
      birthdate: '1988-03-14',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      address: home('ул. Садовая, д. 5, кв. 12'),
    },
    phone: '+79000000001',
    email: 'anna@example.org',
    snils: snils('112233445'),
    inn: inn('9999000001'),
    passport: passport('08', '412305', '2008-04-02'),
    password: 'anna-likes-quiet-rivers',
    pin: '7305',
    totp: null,
    state: 'ready',
    locale: 'ru',
  },
  {
    id: 'sandbox-ivan',
    profile: {
      familyName: 'Смирнов',
      givenName: 'Иван',
      middleName: 'Петрович',
      gender: 'male',
      birthdate: '1979-11-02',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      address: home('Речной пр., д. 18'),
    },
    phone: '+79000000002',
    email: 'ivan@example.org',
    snils: snils('145678902'),
    inn: inn('9999000002'),
    passport: passport('24', '518620', '2024-11-20'),
    password: 'ivan-walks-to-the-station',
    pin: '6093',
    totp: null,
    state: 'ready',
    locale: 'ru',
  },
  {
    id: 'sandbox-emily',
    profile: {
      familyName: 'Carter',
      givenName: 'Emily',
      gender: 'female',
      birthdate: '1992-06-25',
      zoneinfo: 'Europe/London',
      locale: 'en',
    },
    phone: '+79000000003',
    email: 'emily@example.org',
    snils: null,
    inn: inn('9999000003'),
    passport: passport('12', '603714', '2012-07-10'),
    password: 'emily-paints-blue-doors',
    pin: '8461',
    totp: null,
    state: 'ready',
    locale: 'en',
  },
  {
    id: 'sandbox-joao',
    profile: {
      familyName: 'Pereira',
      givenName: 'João',
      middleName: 'Miguel',
      gender: 'male',
      birthdate: '1985-09-30',
      zoneinfo: 'Europe/Lisbon',
      locale: 'pt',
    },
    phone: '+79000000004',
    email: 'joao@example.org',
    snils: null,
    inn: inn('9999000004'),
    passport: passport('05', '725831', '2005-10-12'),
    password: 'joao-repairs-old-radios',
    pin: '9376',
    totp: null,
    state: 'ready',
    locale: 'pt',
  },
  {
    id: 'sandbox-olga',
    profile: {
      familyName: 'Лебедева',
      givenName: 'Ольга',
      middleName: 'Николаевна',
      gender: 'female',
      birthdate: '1995-01-19',
      zoneinfo: 'Asia/Yekaterinburg',
      locale: 'ru',
    },
    phone: '+79000000005',
    email: 'olga@example.org',
    snils: snils('156789013'),
    inn: inn('9999000005'),
    passport: passport('15', '834942', '2015-02-04'),
    password: 'olga-reads-in-the-tram',
    pin: null,
    totp: null,
    state: 'no-pin',
    locale: 'ru',
  },
  {
    id: 'sandbox-dmitry',
    profile: {
      familyName: 'Орлов',
      givenName: 'Дмитрий',
      middleName: 'Алексеевич',
      gender: 'male',
      birthdate: '1971-07-08',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
    },
    phone: '+79000000006',
    email: 'dmitry@example.org',
    snils: snils('163456789'),
    inn: inn('9999000006'),
    passport: passport('16', '947058', '2016-07-21'),
    password: 'dmitry-grows-late-apples',
    pin: '4827',
    totp: null,
    state: 'pin-locked',
    locale: 'ru',
  },
  {
    id: 'sandbox-maria',
    profile: { familyName: 'Зайцева', givenName: 'Мария', locale: 'ru' },
    phone: null,
    email: 'maria@example.org',
    snils: null,
    inn: null,
    passport: null,
    password: 'maria-feeds-grey-pigeons',
    pin: null,
    totp: null,
    state: 'basic',
    locale: 'ru',
  },
  {
    id: 'sandbox-viktor',
    profile: {
      familyName: 'Громов',
      givenName: 'Виктор',
      middleName: 'Ильич',
      gender: 'male',
      birthdate: '1966-12-21',
      locale: 'ru',
    },
    phone: '+79000000008',
    email: 'viktor@example.org',
    snils: snils('174567890'),
    inn: inn('9999000008'),
    passport: passport('12', '158263', '2012-01-17'),
    password: 'viktor-keeps-tidy-bees',
    pin: null,
    totp: null,
    state: 'disabled',
    locale: 'ru',
  },
  {
    id: 'sandbox-vera',
    profile: {
      familyName: 'Соколова',
      givenName: 'Вера',
      middleName: 'Андреевна',
      gender: 'female',
      birthdate: '1983-05-27',
      zoneinfo: 'Europe/Moscow',
      locale: 'ru',
      address: home('Озёрная ул., д. 9'),
    },
    phone: '+79000000009',
    email: 'vera@example.org',
    snils: snils('203456789'),
    inn: inn('9999000009'),
    passport: passport('08', '269174', '2008-06-11'),
    password: 'vera-counts-late-trains',
    pin: '5093',
    totp: 'KZSXEYJAMNXXK3TUOMQGYYLUMUQHI4TB',
    state: 'second-factor',
    locale: 'ru',
  },
];

export const levelOf = ({ state }: Citizen): AssuranceLevel => (state === 'basic' ? 'basic' : 'confirmed');
export const nameOf = ({ profile }: Citizen): string =>
  [profile.familyName, profile.givenName, profile.middleName].filter((part) => part !== undefined).join(' ');
/** `1308 412305` */
export const passportNumberOf = ({ passport }: Citizen): string | null =>
  passport === null ? null : `${passport.series} ${passport.number}`;
