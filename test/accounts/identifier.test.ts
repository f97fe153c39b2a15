// Everything that a person may type in the first field of the sign-in page, and what it is taken for.
import { describe, expect, it } from '@jest/globals';
import {
  identifierId,
  isSnils,
  normaliseIdentifier,
  snilsCheckDigits,
  type Identifier,
} from '../../src/accounts/index.ts';
import { below, mutated, pick, randomText, seededRandom } from '../support/generated-text.ts';

const phone = (value: string): Identifier => ({ kind: 'phone', value });
const email = (value: string): Identifier => ({ kind: 'email', value });
const snils = (value: string): Identifier => ({ kind: 'snils', value });

const anna = phone('+79000000001');
const annaMail = email('anna@example.org');
const number = '112233445';
const annaSnils = snils(`${number}${snilsCheckDigits(number)}`);
const checkDigits = annaSnils.value.slice(9);

describe('one phone', () => {
  it.each([
    '+79000000001',
    '79000000001',
    '89000000001',
    '9000000001',
    '+7 900 000 00 01',
    '+7 (900) 000-00-01',
    '8 (900) 000-00-01',
    '8(900)0000001',
    '(900) 000-00-01',
    '8-900-000-00-01',
    '+7.900.000.00.01',
    '+7/900/000/00/01',
    '+7\u00a0900\u00a0000\u202f00\u200901',
    '+7 900 000\u201300\u201301',
    '+7 900 000\u201000\u201101',
    '  +79000000001  ',
    '0079000000001',
    '00 7 900 000 00 01',
    '＋７（９００）０００－００－０１',
    '+7\u200b900\u200d000\ufeff0001',
    '\u202a+79000000001\u202c',
    '\u2068+7 900 000-00-01\u2069',
  ])('is typed as %j', (typed) => {
    expect(normaliseIdentifier(typed)).toEqual(anna);
  });

  it.each([
    ['+351 912 345 678', '+351912345678'],
    ['00351 912345678', '+351912345678'],
    ['+44 20 7946 0958', '+442079460958'],
    ['+375 (29) 123-45-67', '+375291234567'],
    ['+7 701 234 56 78', '+77012345678'],
    ['+1 (202) 555-0143', '+12025550143'],
    ['+39 06 6982 0001', '+390669820001'],
  ])('of another country is typed as %j', (typed, value) => {
    expect(normaliseIdentifier(typed)).toEqual(phone(value));
  });

  it.each(['+7 900 000 00 0', '+7 900 000 00 011', '900', '8', '+', '00', '+0 900 000 00 01', '12345678901234567890'])(
    'is not %j',
    (typed) => {
      expect(normaliseIdentifier(typed)).toBeUndefined();
    },
  );
});

describe('one e-mail', () => {
  it.each([
    'anna@example.org',
    'Anna@Example.ORG',
    ' anna@example.org ',
    'anna@example.org.',
    'ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ',
    'anna@example\u3002org',
    'an\u200bna@exam\u00adple.org',
    '\ufeffanna@example.org',
    'anna@\u200eexample.org',
    '𝐚𝐧𝐧𝐚@example.org',
  ])('is typed as %j', (typed) => {
    expect(normaliseIdentifier(typed)).toEqual(annaMail);
  });

  it.each([
    ['anna+bank@example.org', 'anna+bank@example.org'],
    ["o'neil_x-y.z@example.co.uk", "o'neil_x-y.z@example.co.uk"],
    ['Анна@Пример.РФ', 'анна@xn--e1afmkfd.xn--p1ai'],
    ['анна@xn--e1afmkfd.xn--p1ai', 'анна@xn--e1afmkfd.xn--p1ai'],
    ['jose\u0301@bu\u0308cher.example', 'jos\u00e9@xn--bcher-kva.example'],
    ['иван.й@пример.рф', 'иван.й@xn--e1afmkfd.xn--p1ai'],
    ['иван.и\u0306@пример.рф', 'иван.й@xn--e1afmkfd.xn--p1ai'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('of its own stays apart: %j', (typed, value) => {
    expect(normaliseIdentifier(typed)).toEqual(email(value));
  });

  it('is the same whether or not something invisible stands between a letter and its mark', () => {
    expect(normaliseIdentifier('и\u200b\u0306@example.org')).toEqual(email('й@example.org'));
  });

  it.each([
    'anna',
    'anna@',
    '@example.org',
    'anna@example',
    'anna@@example.org',
    'anna@example.org@example.org',
    'an na@example.org',
    'anna@exam ple.org',
    '.anna@example.org',
    'anna.@example.org',
    'an..na@example.org',
    'anna@example..org',
    'anna@.example.org',
    'anna@-example.org',
    'anna@example-.org',
    'anna@[127.0.0.1]',
    'anna@exa_mple.org',
    '"anna"@example.org',
    'Anna <anna@example.org>',
    'anna@example.org,ivan@example.org',
    'mailto:anna@example.org',
    `${'a'.repeat(65)}@example.org`,
    `anna@${'a'.repeat(64)}.org`,
    `anna@${'a.'.repeat(120)}org`,
  ])('is not %j', (typed) => {
    expect(normaliseIdentifier(typed)).toBeUndefined();
  });

  it.each(['\u0430nna@example.org', 'ann\u0430@example.org', 'x\u0456van@example.org'])(
    'mixes no scripts in its name: %j',
    (typed) => {
      expect(normaliseIdentifier(typed)).toBeUndefined();
    },
  );

  it('of a host with letters from another script is another one', () => {
    expect(normaliseIdentifier('anna@ex\u0430mple.org')).not.toEqual(annaMail);
  });
});

describe('one SNILS', () => {
  it.each([
    `${number}${checkDigits}`,
    `112-233-445 ${checkDigits}`,
    `112-233-445-${checkDigits}`,
    `112 233 445 ${checkDigits}`,
    `\u00a0112-233-445\u00a0${checkDigits}`,
    `１１２－２３３－４４５\u3000${checkDigits}`,
    `112\u200b-233-445 ${checkDigits}`,
  ])('is typed as %j', (typed) => {
    expect(normaliseIdentifier(typed)).toEqual(annaSnils);
  });

  it('is not one with another check number', () => {
    for (let check = 0; check < 100; check += 1) {
      const digits = `${number}${String(check).padStart(2, '0')}`;
      const grouped = digits.replace(/(\d{3})(\d{3})(\d{3})/, '$1-$2-$3 ');
      const expected = digits === annaSnils.value ? annaSnils : undefined;
      expect([digits, normaliseIdentifier(digits), normaliseIdentifier(grouped)]).toEqual([digits, expected, expected]);
    }
  });

  it.each(['000-000-000 00', '001-001-998 00', '112-233-445', '1122334459', '112-2334-45 95', '112233445-95'])(
    'is not %j',
    (typed) => {
      expect(normaliseIdentifier(typed)).toBeUndefined();
    },
  );

  it('has the check number of the Pension Fund’s own rule, also where the sum passes 100', () => {
    expect(snilsCheckDigits('112233445')).toBe('95');
    expect(snilsCheckDigits('087654303')).toBe('00');
    expect(isSnils('11223344595')).toBe(true);
    expect(isSnils('1122334459')).toBe(false);
    expect(isSnils('１１２２３３４４５９５')).toBe(false);
  });

  it.each(['712345678', '812345678', '999999999'])('means the same in groups and without: %s', (first) => {
    const digits = `${first}${snilsCheckDigits(first)}`;
    const grouped = digits.replace(/(\d{3})(\d{3})(\d{3})/, '$1-$2-$3 ');
    expect(normaliseIdentifier(grouped)).toEqual(normaliseIdentifier(digits));
  });
});

describe('none of the three', () => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \u00a0\u3000'],
    ['invisible signs', '\u200b\u200d\u2060'],
    ['a NUL', '\u0000'],
    ['a NUL at the end of a phone', '+79000000001\u0000'],
    ['a NUL at the beginning', '\u0000anna@example.org'],
    ['a line end inside', 'anna@example.org\nBcc: x'],
    ['a line end after', '+79000000001\n'],
    ['a tab', '+7\t9000000001'],
    ['DEL', 'anna\u007f@example.org'],
    ['a NEL', 'anna@example.org\u0085'],
    ['half a pair', '\ud800anna@example.org'],
    ['a name', 'Анна Ковалёва'],
    ['an extension', '+79000000001 ext. 5'],
    ['a tel: address', 'tel:+79000000001'],
    ['letters as digits', '+7900FLOWERS'],
    ['Arabic digits', '+٧٩٠٠٠٠٠٠٠٠١'],
    ['an object of MongoDB', '{"$gt":""}'],
    ['what is too long', 'a'.repeat(1000)],
    [
      'an e-mail that is too long',
      `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.org`,
    ],
  ])('is %s', (_what, typed) => {
    expect(normaliseIdentifier(typed)).toBeUndefined();
  });

  it('takes no time, whatever is typed', () => {
    const long = 20_000;
    const heavy = [
      '1'.repeat(508),
      '1 '.repeat(254),
      `+${'('.repeat(253)}`,
      `${'a.'.repeat(127)}@`,
      `a@${'a-'.repeat(126)}`,
      `a@${'a.'.repeat(126)}`,
      `a@${'xn--'.repeat(63)}`,
      '@'.repeat(254),
      '\u200b'.repeat(508),
      'ﷺ'.repeat(508), // eighteen letters each under NFKC
      'a\u0301'.repeat(254),
      'x'.repeat(long * 50),
      '9'.repeat(long * 50),
      '\u0301'.repeat(long * 50),
    ];
    const begin = performance.now();
    for (const typed of heavy) normaliseIdentifier(typed);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('any text at all', () => {
  const seeds = [
    '+79000000001',
    '8 (900) 000-00-01',
    '+351 912 345 678',
    'anna@example.org',
    'Анна@Пример.РФ',
    'й.ё+x@bücher.example',
    annaSnils.value,
    `112-233-445 ${checkDigits}`,
  ];
  const random = seededRandom(20_261_124);
  const texts = Array.from({ length: 10_000 }, (_, index) => {
    if (index % 4 === 0) return randomText(random, 60);
    if (index % 4 === 1) return `${randomText(random, 12)}@${randomText(random, 12)}.${randomText(random, 4)}`;
    if (index % 97 === 0) return pick(random, seeds).repeat(below(random, 200));
    return mutated(random, pick(random, seeds));
  });

  it('is one of the three or nothing, never an error, and quickly', () => {
    const begin = performance.now();
    const kinds = new Map<string, number>();
    for (const text of texts) {
      const kind = normaliseIdentifier(text)?.kind ?? 'nothing';
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(performance.now() - begin).toBeLessThan(10_000);
    // Otherwise the texts would prove nothing.
    for (const kind of ['phone', 'email', 'snils', 'nothing']) expect(kinds.get(kind) ?? 0).toBeGreaterThan(100);
  });

  it('has a normal form that is its own normal form', () => {
    const moved = texts.flatMap((text) => {
      const first = normaliseIdentifier(text);
      const again = first === undefined ? undefined : normaliseIdentifier(first.value);
      return JSON.stringify(again) === JSON.stringify(first) ? [] : [{ text, first, again }];
    });
    expect(moved).toEqual([]);
  });

  it('has a normal form of the shape that is stored', () => {
    const shapes = {
      phone: /^\+[1-9]\d{6,14}$/,
      email: /^[^\s@\p{Cc}\p{Cf}\p{Cs}]{1,64}@[a-z0-9.-]{4,190}$/u,
      snils: /^\d{11}$/,
    };
    for (const text of texts) {
      const identifier = normaliseIdentifier(text);
      if (identifier !== undefined) expect(identifier.value).toMatch(shapes[identifier.kind]);
    }
  });
});

describe('the name of its document', () => {
  const key = Buffer.alloc(32, 1);

  it('is the identifier itself, but for a SNILS a hash that needs the key', () => {
    expect(identifierId(key, anna)).toBe('phone:+79000000001');
    expect(identifierId(key, annaMail)).toBe('email:anna@example.org');
    const name = identifierId(key, annaSnils);
    expect(name).toMatch(/^snils:[\w-]{43}$/);
    expect(name).not.toContain(annaSnils.value);
    expect(identifierId(key, annaSnils)).toBe(name);
    expect(identifierId(Buffer.alloc(32, 2), annaSnils)).not.toBe(name);
  });
});
