// The people of the sandbox. All are fictional; each is in one of the states that a service or an operator meets.
import { snilsCheckDigits } from '../accounts/index.ts';
import type { Address, AssuranceLevel, Profile } from '../accounts/index.ts';

export type CitizenState = 'ready' | 'no-pin' | 'pin-locked' | 'basic' | 'disabled';

export interface Citizen {
  id: string;
  profile: Profile;
  phone: string | null;
  email: string | null;
  snils: string | null;
  password: string;
  pin: string | null;
  state: CitizenState;
  locale: 'ru' | 'en' | 'pt';
}

const snils = (number: string): string => {
  const [, first = '', second = '', third = ''] = /^(\d{3})(\d{3})(\d{3})$/.exec(number) ?? [];
  return `${first}-${second}-${third} ${snilsCheckDigits(number)}`;
};
const home = (street: string): Address => ({
  formatted: `101000, г. Примерск, ${street}`,
  locality: 'Примерск',
  street_address: street,
  postal_code: '101000',
  country: 'Россия',
});

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
    password: 'anna-likes-quiet-rivers',
    pin: '7305',
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
    password: 'ivan-walks-to-the-station',
    pin: '6093',
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
    password: 'emily-paints-blue-doors',
    pin: '8461',
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
    password: 'joao-repairs-old-radios',
    pin: '9376',
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
    password: 'olga-reads-in-the-tram',
    pin: null,
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
    password: 'dmitry-grows-late-apples',
    pin: '4827',
    state: 'pin-locked',
    locale: 'ru',
  },
  {
    id: 'sandbox-maria',
    profile: { familyName: 'Зайцева', givenName: 'Мария', locale: 'ru' },
    phone: null,
    email: 'maria@example.org',
    snils: null,
    password: 'maria-feeds-grey-pigeons',
    pin: null,
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
    password: 'viktor-keeps-tidy-bees',
    pin: null,
    state: 'disabled',
    locale: 'ru',
  },
];

export const levelOf = ({ state }: Citizen): AssuranceLevel => (state === 'basic' ? 'basic' : 'confirmed');
export const nameOf = ({ profile }: Citizen): string =>
  [profile.familyName, profile.givenName, profile.middleName].filter((part) => part !== undefined).join(' ');
