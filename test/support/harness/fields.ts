// What each field says to browser, keyboard and password manager. A new field needs its line here.
import type { Page } from 'playwright-core';

const judged = [
  'type',
  'autocomplete',
  'inputmode',
  'pattern',
  'autocapitalize',
  'autocorrect',
  'spellcheck',
  'maxlength',
];

type Attributes = Record<string, string>;

const asTyped = { autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false' };
const digits = { inputmode: 'numeric', pattern: '[0-9]*' };
const password = { type: 'password', autocomplete: 'current-password', ...asTyped };
const code = { type: 'text', autocomplete: 'one-time-code', spellcheck: 'false', ...digits };
/** Kept from password managers, typed on the numeric keyboard. */
const pin = { type: 'password', autocomplete: 'off', ...digits };
const text = { type: 'text', autocomplete: 'off' };
const datePart = (part: string): Attributes => ({ type: 'text', autocomplete: `bday-${part}`, inputmode: 'numeric' });
const date = (name: string): [string, Attributes][] =>
  ['day', 'month', 'year'].map((part) => [`${name}_${part}`, datePart(part)]);
const otherDate = (name: string): [string, Attributes][] =>
  date(name).map(([part, attributes]) => [part, { ...attributes, autocomplete: 'off' }]);
const documentNumber = { type: 'text', autocomplete: 'off', inputmode: 'numeric', ...asTyped };

const fields = new Map<string, Attributes>([
  ['identifier', { type: 'text', autocomplete: 'username', ...asTyped }],
  ['account_digits', documentNumber],
  ['password', password],
  ['new_password', { ...password, autocomplete: 'new-password' }],
  ['code', code],
  ['other_code', code],
  ['document_type', { type: 'radio' }],
  ['document_number', documentNumber],
  ['pin', pin],
  ['pin_again', pin],
  ['recovery_code', { ...text, ...asTyped }],
  ['remember_browser', { type: 'checkbox' }],
  ['name', text],
  ['family_name', { type: 'text', autocomplete: 'family-name' }],
  ['given_name', { type: 'text', autocomplete: 'given-name' }],
  ['middle_name', { type: 'text', autocomplete: 'additional-name' }],
  ['nickname', { type: 'text', autocomplete: 'nickname' }],
  ['gender', { type: 'radio' }],
  ['contact', { type: 'text', autocomplete: 'username', ...asTyped }],
  ['phone', { type: 'tel', autocomplete: 'tel' }],
  ['email', { type: 'text', autocomplete: 'email', inputmode: 'email', ...asTyped }],
  ['zone', {}],
  ['language', { type: 'radio' }],
  ['notices', { type: 'radio' }],
  ['username', { type: 'text', autocomplete: 'username' }],
  ['new_password_again', { ...password, autocomplete: 'new-password' }],
  ['terms', { type: 'checkbox' }],
  ...date('birthdate'),
  ['snils', documentNumber],
  ['passport', documentNumber],
  ...otherDate('issued'),
]);

/** Samples of parts have names of their own. */
const samples = new Map<string, Attributes>([
  ['empty', text],
  ['filled', text],
  ['longest', text],
  ['rtl', text],
  ['identifier', text],
  ['empty_password', password],
  ['empty_code', code],
  ['empty_pin', pin],
  ...['empty', 'filled', 'birthdate'].flatMap(date),
  ...['empty_choice', 'chosen', 'mistaken'].map((name): [string, Attributes] => [name, { type: 'radio' }]),
  ...['long_list', 'mistaken_list'].map((name): [string, Attributes] => [name, {}]),
  ...['true', 'false'].map((is): [string, Attributes] => [`ticked_${is}`, { type: 'checkbox' }]),
]);

const readFields = (page: Page): Promise<{ name: string; isSample: boolean; attributes: Attributes }[]> =>
  page.locator('input:not([type="hidden"]), select, textarea').evaluateAll(
    (elements, names) =>
      elements.map((element) => ({
        name: element.name,
        isSample: element.closest('.sample') !== null,
        attributes: Object.fromEntries(
          names.filter((name) => element.hasAttribute(name)).map((name) => [name, element.getAttribute(name)]),
        ),
      })),
    judged,
  );

const inOrder = (attributes: Attributes): string =>
  judged.flatMap((name) => (attributes[name] === undefined ? [] : [`${name}=${attributes[name]}`])).join(' ');

export const findFieldProblems = async (page: Page): Promise<string[]> =>
  (await readFields(page)).flatMap(({ name, isSample, attributes }) => {
    const wanted = (isSample ? samples.get(name) : undefined) ?? fields.get(name);
    if (wanted === undefined) return [`nobody knows the field "${name}"`];
    const [is, should] = [inOrder(attributes), inOrder(wanted)];
    return is === should ? [] : [`field "${name}" is ${is} and should be ${should}`];
  });
