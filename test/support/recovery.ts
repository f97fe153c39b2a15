// Somebody who does not know their password, question by question.
import { randomInt, randomUUID } from 'node:crypto';
import { normaliseDocument, normaliseIdentifier } from '../../src/accounts/index.ts';
import { snils as makeSnils } from '../../src/sandbox/made-up.ts';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { forgetSends, lastCodeTo } from './new-device.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

export const recoveredPassword = 'a-path-through-tall-grass';

export type RecoveryStop = 'document' | 'code' | 'password' | 'done';

export interface RecoveryWay {
  agent?: BrowserAgent;
  /** The first of phone and e-mail unless it is given. */
  contact?: string;
  document?: { document_type: string; document_number: string };
  first?: string;
  password?: string;
}

export const snilsOf = ({ snils }: Citizen) => ({ document_type: 'snils', document_number: snils ?? '' });
export const noDocument = { document_type: 'none', document_number: '' };

export const setPassword = (
  agent: BrowserAgent,
  page: PageView,
  password: string = recoveredPassword,
): Promise<PageView> => agent.submit(page, { new_password: password, new_password_again: password });

/** Answers every question up to the page named `until`. */
export const recoverUpTo = async (
  idp: Pick<TestCivicId, 'issuer' | 'connection'>,
  person: Citizen,
  until: RecoveryStop,
  way: RecoveryWay = {},
): Promise<{ agent: BrowserAgent; page: PageView }> => {
  const { agent = createBrowserAgent(idp.issuer), contact = person.phone ?? person.email ?? '' } = way;
  const answers: Record<RecoveryStop, (page: PageView) => Promise<PageView>> = {
    document: (page) => agent.submit(page, { contact }),
    code: async (page) => {
      await forgetSends(idp);
      return agent.submit(page, way.document ?? snilsOf(person));
    },
    password: async (page) => agent.submit(page, { code: await lastCodeTo(idp, contact) }),
    done: (page) => setPassword(agent, page, way.password),
  };
  let page = await agent.open(way.first ?? '/recovery');
  for (const [name, answer] of Object.entries(answers)) {
    page = await answer(page);
    if (name === until) break;
  }
  return { agent, page };
};

export interface Owner extends Citizen {
  phone: string;
  email: string;
  snils: string;
}

/** Somebody whom no other test knows, with both contacts, a SNILS and a password. */
export const newOwner = async ({ app }: Pick<TestCivicId, 'app'>): Promise<Owner> => {
  const id = randomUUID();
  const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');
  const [phone, email] = [`+7997${digits(7)}`, `${id.replace(/\d/g, 'z')}@example.org`];
  const snils = makeSnils(`1${digits(8)}`);
  const [profile, password] = [{ givenName: 'Роза', familyName: 'Ветрова', locale: 'en' }, `password of ${id}`];
  const [confirmedAt, passwordVerifier] = [new Date(), await app.services.passwords.makeVerifier(password)];
  const contacts = { phone: { value: phone, confirmedAt }, email: { value: email, confirmedAt } };
  const identifiers = [phone, email].map(normaliseIdentifier).filter((one) => one !== undefined);
  const [terms, documents] = [
    { version: app.termsVersion, acceptedAt: confirmedAt },
    { snils: normaliseDocument('snils', snils) },
  ];
  await app.services.accounts.add({
    ...{
      id,
      state: 'active',
      level: 'confirmed',
      profile,
      ...contacts,
      identifiers,
      terms,
      documents,
      passwordVerifier,
    },
  });
  const none = { inn: null, passport: null, pin: null, totp: null };
  return { id, profile, phone, email, snils, password, ...none, state: 'ready', locale: 'en' };
};
