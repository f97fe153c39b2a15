// Somebody who may have a PIN, on the way to one.
import { randomInt, randomUUID } from 'node:crypto';
import { normaliseIdentifier, type AssuranceLevel, type Profile } from '../../src/accounts/index.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';
import { openAccount } from './account.ts';
import type { BrowserAgent, PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { lastCodeTo } from './new-device.ts';

type Idp = Pick<TestCivicId, 'app'>;

/** Neither weak nor out of anybody's life here. */
export const goodPin = '7305';
export const otherPin = '6193';
export const goodPins = ['7305', '6193', '8461', '9376', '4827', '5093'] as const;

export interface ReadyPerson extends Citizen {
  phone: string;
  email: string;
}

interface ReadyOptions {
  pin?: string | null;
  profile?: Partial<Profile>;
  level?: AssuranceLevel;
}

const addReadyPerson = async (
  { app }: Idp,
  { pin = null, profile: more = {}, level = 'confirmed' }: ReadyOptions,
): Promise<ReadyPerson> => {
  const id = randomUUID();
  const [email, phone] = [
    `${id.replace(/\d/g, 'x')}@example.org`,
    `+7999${String(randomInt(10 ** 7)).padStart(7, '0')}`,
  ];
  const profile = { givenName: 'Роза', familyName: 'Ветрова', locale: 'en', ...more };
  const password = `password of ${id}`;
  const identifiers = [phone, email].map(normaliseIdentifier).filter((one) => one !== undefined);
  const [confirmedAt, passwordVerifier] = [new Date(), await app.services.passwords.makeVerifier(password)];
  const contacts = { phone: { value: phone, confirmedAt }, email: { value: email, confirmedAt } };
  const terms = { version: app.termsVersion, acceptedAt: confirmedAt };
  const state = 'active' as const;
  await app.services.accounts.add({
    ...{ id, state, level, profile, ...contacts, identifiers, terms, passwordVerifier },
  });
  if (pin !== null) await app.rules.pin.add(id, pin);
  const documents = { snils: null, inn: null, passport: null };
  return { id, profile, phone, email, ...documents, password, pin, totp: null, state: 'ready', locale: 'en' };
};

/** Phone and account number are drawn; a PIN of these tests that stands in one of them would be refused as personal. */
const isUnlucky = async ({ app }: Idp, { id, phone }: ReadyPerson): Promise<boolean> => {
  const accountNumber = (await app.services.accounts.find(id))?.accountNumber ?? '';
  return goodPins.some((pin) => phone.includes(pin) || accountNumber.includes(pin));
};

/** Confirmed, with phone and e-mail; without a PIN unless one is given. */
export const newReadyPerson = async (idp: Idp, options: ReadyOptions = {}): Promise<ReadyPerson> => {
  const person = await addReadyPerson(idp, options);
  return (await isUnlucky(idp, person)) ? newReadyPerson(idp, options) : person;
};

export interface OnTheWay {
  person: ReadyPerson;
  agent: BrowserAgent;
  page: PageView;
}

/** Before the first button. */
export const openPinStart = async (
  idp: TestCivicId,
  { person, agent, pin = null }: { person?: ReadyPerson; agent?: BrowserAgent; pin?: string | null } = {},
): Promise<OnTheWay> => {
  const who = person ?? (await newReadyPerson(idp, { pin }));
  const opened = await openAccount(idp, who, { path: '/account/pin', ...(agent === undefined ? {} : { agent }) });
  return { person: who, ...opened };
};

export const typeSentCode = async (idp: TestCivicId, { agent, person }: Omit<OnTheWay, 'page'>, page: PageView) =>
  agent.submit(page, { code: await lastCodeTo(idp, person.phone) });

export const choosePin = ({ agent }: Pick<OnTheWay, 'agent'>, page: PageView, pin: string): Promise<PageView> =>
  agent.submit(page, { pin, pin_again: pin });

/** The code is typed; the page asks for the PIN. */
export const openChoose = async (idp: TestCivicId, given: Parameters<typeof openPinStart>[1] = {}) => {
  const visit = await openPinStart(idp, given);
  const code = await visit.agent.submit(visit.page, {});
  return { ...visit, page: await typeSentCode(idp, visit, code) };
};

/** Where a page stands. */
export const pathOf = ({ url }: PageView): string => new URL(url, 'http://x').pathname;
