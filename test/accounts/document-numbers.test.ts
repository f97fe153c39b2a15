// Every writing of a document's number that a person may type, and what is none.
import { describe, expect, it } from '@jest/globals';
import {
  innCheckDigits,
  judgeIssueDate,
  normaliseDocument,
  partsOfPassport,
  type DocumentType,
} from '../../src/accounts/index.ts';
import { below, mutated, pick, randomText, seededRandom } from '../support/generated-text.ts';

describe('an INN', () => {
  it.each(['500100732259', '585204118212', '376864406601', '526317984689', '123456789047', '623412775266'])(
    'has the check digits of the tax service: %s',
    (number) => {
      expect(innCheckDigits(number.slice(0, 10))).toBe(number.slice(10));
      expect(normaliseDocument('inn', number)).toBe(number);
    },
  );

  it('is the number with its own two check digits and no other', () => {
    for (let check = 0; check < 100; check += 1) {
      const number = `5001007322${String(check).padStart(2, '0')}`;
      expect([number, normaliseDocument('inn', number)]).toEqual([number, check === 59 ? number : undefined]);
    }
  });

  it.each([
    '5001 0073 2259',
    '50 01 007322 59',
    '5001-0073-2259',
    ' 500100732259\u00a0',
    '５００１００７３２２５９',
    '5001\u200b00732259',
    '5001\u20130073\u20132259',
  ])('is typed as %j', (typed) => {
    expect(normaliseDocument('inn', typed)).toBe('500100732259');
  });

  it.each([
    ['zeros, although they add up', '000000000000'],
    ['of no tax office', `0000123456${innCheckDigits('0000123456')}`],
    ['an organisation’s', '7707083893'],
    ['short', '50010073225'],
    ['long', '5001007322590'],
    ['in Arabic digits', '٥٠٠١٠٠٧٣٢٢٥٩'],
    ['with words', 'ИНН 500100732259'],
    ['nothing', ''],
  ])('is none that is %s', (_what, typed) => {
    expect(normaliseDocument('inn', typed)).toBeUndefined();
  });
});

describe('a SNILS on file', () => {
  it.each([
    '112-233-445 95',
    '11223344595',
    '112 233 445 95',
    '112-233-445-95',
    '１１２－２３３－４４５ ９５',
    '112–233–445 95',
  ])('is typed as %j', (typed) => {
    expect(normaliseDocument('snils', typed)).toBe('11223344595');
  });

  it.each(['112-233-445 96', '000-000-000 00', '001-001-998 00', '112-233-445', '+11223344595'])(
    'is not %j',
    (typed) => {
      expect(normaliseDocument('snils', typed)).toBeUndefined();
    },
  );

  it.each(['087-654-303 00', '123-456-789 64', '050-234-316 00', '016-103-396 00', '820-981-233 00', '913-702-858 00'])(
    'has the check number of the pension fund: %s',
    (typed) => {
      expect(normaliseDocument('snils', typed)).toBe(typed.replace(/\D/g, ''));
    },
  );
});

describe('a Russian passport', () => {
  it.each([
    '4508123456',
    '45 08 123456',
    '4508 123456',
    '4508-123456',
    '45-08 123456',
    '4508 № 123456',
    '4508№123456',
    '45 08 N 123456',
    '4508 N° 123456',
    '4508 No. 123456',
    '4508, 123456',
    'серия 4508 номер 123456',
    'Серия 45 08 № 123456',
    '４５０８　１２３４５６',
    '45\u00a008\u2009123456',
    '\u200e4508 123456\u200b',
  ])('is typed as %j', (typed) => {
    expect(normaliseDocument('passport', typed)).toBe('4508123456');
  });

  it.each([
    '',
    '450812345',
    '45081234567',
    '4508 000000',
    '0000 123456',
    '4508 12345б',
    'AB 1234567',
    '4508 12 34 56',
    '4508\n123456',
  ])('is not %j', (typed) => {
    expect(normaliseDocument('passport', typed)).toBeUndefined();
  });

  it('is a series and a number', () => {
    expect(partsOfPassport('4508123456')).toEqual({ series: '4508', number: '123456' });
  });
});

describe('the day a passport was given', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  const judge = (issueDate: string, birthdate = '1988-03-14') => judgeIssueDate(issueDate, { birthdate, now });

  it.each([
    ['2008-04-02', 'right'],
    ['2002-03-14', 'right'],
    ['2002-03-13', 'before-fourteen'],
    ['1988-03-14', 'before-fourteen'],
    ['1980-01-01', 'before-fourteen'],
    ['2026-11-24', 'right'],
    ['2026-11-25', 'right'], // it is already that day in Kamchatka
    ['2026-11-26', 'in-the-future'],
    ['2027-01-01', 'in-the-future'],
    ['2025-02-29', 'malformed'],
    ['2024-02-29', 'right'],
    ['2024-13-01', 'malformed'],
    ['02.04.2008', 'malformed'],
    ['2008-4-2', 'malformed'],
    ['', 'malformed'],
  ])('%s is %s', (issueDate, expected) => {
    expect(judge(issueDate)).toBe(expected);
  });

  it('is counted from a leap day as from the day after it', () => {
    expect(judge('2022-02-28', '2008-02-29')).toBe('before-fourteen');
    expect(judge('2022-03-01', '2008-02-29')).toBe('right');
    expect(judge('2022-03-01', 'unknown')).toBe('malformed');
  });

  it('may be so long ago that the passport should have been replaced: the registry knows', () => {
    expect(judge('2003-01-10', '1988-03-14')).toBe('right');
  });
});

describe('a document of another country', () => {
  it.each([
    ['ab 123456', 'AB123456'],
    ['AB-123456', 'AB-123456'],
    ['ab – 123456', 'AB-123456'],
    ['ＡＢ１２３４５６', 'AB123456'],
    ['ñ12', 'Ñ12'],
    ['n\u030312', 'Ñ12'],
    ['ак 765', 'АК765'],
    ['123', '123'],
    ['a'.repeat(20), 'A'.repeat(20)],
  ])('typed as %j is %j', (typed, value) => {
    expect(normaliseDocument('foreign', typed)).toBe(value);
  });

  it.each([
    '',
    '12',
    'a'.repeat(21),
    '---',
    '-123',
    '123-',
    'AB/123',
    'AB_123',
    'AB 123!',
    '12\u0000',
    '{"$gt":""}',
    '😀😀😀',
  ])('is not %j', (typed) => {
    expect(normaliseDocument('foreign', typed)).toBeUndefined();
  });
});

describe('any text at all', () => {
  const seeds: Record<DocumentType, string[]> = {
    snils: ['112-233-445 95', '08765430300'],
    inn: ['500100732259', '5852 0411 8212'],
    passport: ['45 08 123456', '4508 № 123456', 'серия 4508 номер 123456'],
    foreign: ['AB-123456', 'ак 765 432', 'ßñ-İ12', 'ŉ123'],
  };
  const shapes = {
    snils: /^\d{11}$/,
    inn: /^\d{12}$/,
    passport: /^\d{10}$/,
    foreign: /^[\p{L}\p{Nd}-]{3,20}$/u,
  };

  describe.each(['snils', 'inn', 'passport', 'foreign'] as const)('taken for a number (%s)', (type) => {
    const random = seededRandom(20_261_130);
    const texts = Array.from({ length: 10_000 }, (_, index) => {
      if (index % 4 === 0) return randomText(random, 40);
      if (index % 97 === 0) return pick(random, seeds[type]).repeat(below(random, 300));
      return mutated(random, pick(random, seeds[type]));
    });

    it('is one or nothing, never an error, and quickly', () => {
      const begin = performance.now();
      const found = texts.map((text) => normaliseDocument(type, text)).filter((number) => number !== undefined);
      expect(performance.now() - begin).toBeLessThan(5000);
      expect(found.length).toBeGreaterThan(500); // otherwise the texts would prove nothing
      expect(found.length).toBeLessThan(9500);
      for (const number of found) expect(number).toMatch(shapes[type]);
    });

    it('has a normal form that is its own normal form', () => {
      const moved = texts.flatMap((text) => {
        const first = normaliseDocument(type, text);
        const again = first === undefined ? undefined : normaliseDocument(type, first);
        return again === first ? [] : [{ text, first, again }];
      });
      expect(moved).toEqual([]);
    });

    it.each([
      '1'.repeat(1e6),
      '1 '.repeat(48),
      '-'.repeat(96),
      'ﷺ'.repeat(96),
      '\u200b'.repeat(96),
      'a\u0301'.repeat(48),
    ])('takes no time', (heavy) => {
      const begin = performance.now();
      normaliseDocument(type, heavy);
      expect(performance.now() - begin).toBeLessThan(200);
    });
  });
});
