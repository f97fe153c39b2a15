// PIN-10, PIN-11: the PINs that are tried first may not be chosen; about a tenth of all, and those that know the person.
import { describe, expect, it } from '@jest/globals';
import { isPersonal, type PinOwner } from '../../src/pin/choice/personal-pins.ts';
import { isWeak } from '../../src/pin/choice/weak-pins.ts';

const all = (digits: 4 | 6): string[] =>
  Array.from({ length: 10 ** digits }, (_, number) => String(number).padStart(digits, '0'));

describe('PIN-10 of all PINs', () => {
  it.each([4, 6] as const)('of %i digits between 8 and 12 % are refused by rule', (digits) => {
    const pins = all(digits);
    const share = pins.filter(isWeak).length / pins.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });
});

describe('PIN-10 a PIN that many choose', () => {
  it.each([
    ['one digit', '0000', '7777', '999999'],
    ['a run', '0123', '1234', '6789', '9876', '3210', '123456', '654321'],
    ['a run round the corner', '8901', '7890', '1098', '0987', '890123', '210987'],
    ['every second digit', '2468', '1357', '9753', '024680'],
    ['pairs', '1122', '0077', '112233', '990011'],
    ['halves', '111222', '777000'],
    ['a piece twice', '1212', '7373', '123123', '409409', '121212'],
    ['a mirror', '1221', '7337', '123321', '409904'],
    ['a line of the keypad', '2580', '0852', '147258', '258369', '789456', '159357'],
    ['a year', '1930', '1988', '2000', '2035'],
    ['a day and a month', '0101', '3112', '2902', '1703'],
    ['a month and a day', '1231', '0229', '0928'],
    ['a date', '140388', '880314', '031488', '310199'],
    ['a month and a year', '031988', '198803'],
  ])('is refused: %s', (_what, ...pins) => {
    expect(pins.filter((pin) => !isWeak(pin))).toEqual([]);
  });

  it('is none of these', () => {
    const good = ['7305', '6093', '8461', '9376', '4827', '1929', '2036', '3013', '0073', '908172', '635409', '003300'];
    expect(good.filter(isWeak)).toEqual(['003300']);
  });
});

const owner: PinOwner = {
  account: {
    accountNumber: '1840275639',
    phone: { value: '+79165372846', confirmedAt: null },
    email: { value: 'anna7408.x9352@example.org', confirmedAt: null },
    profile: { givenName: 'Анна', familyName: 'Ковалёва', birthdate: '1975-09-27' },
  },
  documents: {
    snils: '11223344595',
    inn: '500100732259',
    passport: { series: '4509', number: '640381', issueDate: '2020-01-01' },
  },
};
const isKnown = (pin: string): boolean => isPersonal(pin, owner, '518264');

describe('PIN-11 a PIN out of the person’s own life', () => {
  it.each([
    ['the birthday', '2709', '0927', '1975', '0975', '7509', '270975', '750927', '092775'],
    ['the phone, both ends and between', '7916', '9165', '2846', '5372', '372846', '791653'],
    ['the e-mail', '7408', '9352'],
    ['the SNILS', '1122', '4595', '112233', '344595'],
    ['the INN', '5001', '2259', '500100', '732259'],
    ['the passport', '4509', '0381', '6403', '450964', '640381'],
    ['the account number', '1840', '5639'],
    ['the code that was just sent', '5182', '8264', '518264'],
  ])('is refused: %s', (_what, ...pins) => {
    expect(pins.filter((pin) => !isKnown(pin))).toEqual([]);
  });

  it('is none of these', () => {
    const others = ['7305', '9703', '0709', '7527', '4893', '935274', '640831', '815264'];
    expect(others.filter(isKnown)).toEqual([]);
  });

  it('is none where nothing is known', () => {
    const { accountNumber } = owner.account;
    const stranger = {
      accountNumber,
      phone: undefined,
      email: undefined,
      profile: { givenName: 'А', familyName: 'Б' },
    };
    expect(all(4).filter((pin) => isPersonal(pin, { account: stranger, documents: {} }, ''))).toHaveLength(7);
  });
});
