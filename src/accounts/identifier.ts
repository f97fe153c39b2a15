// What a citizen signs in with: every usual writing of a phone, an e-mail or a SNILS becomes one identifier (ATT-X08).
import { createHmac } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { normaliseSnils } from './documents/snils.ts';
import { readTyped } from './typed-text.ts';

export type Identifier = { kind: 'phone' | 'email' | 'snils'; value: string };

const longestIdentifier = 254;

/** Undefined where the text is none of the three. Never throws, whatever it is given. */
export const normaliseIdentifier = (typed: string): Identifier | undefined => {
  const text = readTyped(typed, longestIdentifier);
  if (text === undefined) return undefined;
  if (text.includes('@')) return readEmail(text.toLowerCase());
  if (!/^[+(\d][\d\s()./\u2010-\u2015-]*$/.test(text)) return undefined;
  return readSnils(text) ?? readPhone(text);
};

const readEmail = (text: string): Identifier | undefined => {
  const [, local, domain] = /^([^\s@"(),:;<>[\\\]]{1,64})@([^\s@]{1,190})$/.exec(text) ?? [];
  if (local === undefined || domain === undefined || isMixedScript(local)) return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const ascii = domainToASCII(domain.replace(/\.$/, ''));
  if (!/^(?=.{1,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(ascii)) return undefined;
  return { kind: 'email', value: `${local}@${ascii}` };
};

const isMixedScript = (text: string): boolean => /\p{Script=Latin}/u.test(text) && /\p{Script=Cyrillic}/u.test(text);

/** Eleven digits that are a phone as well are the phone: no SNILS has been issued that high. */
const readSnils = (text: string): Identifier | undefined => {
  const digits = normaliseSnils(text);
  if (digits === undefined) return undefined;
  return /^[78]/.test(digits) && readPhone(digits) !== undefined ? undefined : { kind: 'snils', value: digits };
};

const readPhone = (text: string): Identifier | undefined => {
  const phone = parsePhoneNumberFromString(text.replace(/^00/, '+'), 'RU');
  return phone?.isValid() ? { kind: 'phone', value: phone.number } : undefined;
};

/** The `_id` of an identifier's own document. Phones and e-mails stand in it as they are; a SNILS only as a keyed hash. */
export const identifierId = (key: Buffer, { kind, value }: Identifier): string =>
  kind === 'snils' ? snilsId(key, value) : `${kind}:${value}`;

export const snilsId = (key: Buffer, snils: string): string =>
  `snils:${createHmac('sha256', key).update(`identifier:v1:snils:${snils}`).digest('base64url')}`;

/** `+7 900 000 00 01`, as it is read out; what is no phone stays as it is. */
export const formatPhone = (e164: string): string => parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
