// Which new passwords are taken, and why the others are not: by length and by lists, never by what they are composed of.
import { describe, expect, it } from '@jest/globals';
import { commonPasswords } from '../../src/passwords/index.ts';
import { citizens } from '../../src/sandbox/citizens.ts';
import { anna, good, nobody, refused, testPolicy } from '../support/password-policy.ts';

const eight = testPolicy(8);
const fifteen = testPolicy(15);
const judged = (password: string, person = anna) => eight.judge(password, { person });

describe('the length', () => {
  const fox = '\u{1f98a}';
  const different = Array.from({ length: 15 }, (_, at) => String.fromCodePoint(0x1f980 + at)).join('');

  it.each([
    ['15 emoji', different],
    ['15 emoji that are one', fox.repeat(15)],
    ['15 digits', '502938471650273'],
    ['words with blanks', 'aaaa bbbb cccc dddd'],
    ['64 Cyrillic letters', 'тихая река несёт старую лодку мимо жёлтых берёз под низкими туча'],
    ['64 letters with an emoji at the end', `${'ы'.repeat(63)}${fox}`],
    ['256 characters', 'ab ш'.repeat(64)],
    ['256 emoji', fox.repeat(256)],
  ])('that is enough is enough: %s', (_what, password) => {
    expect(fifteen.judge(password, { person: anna })).toEqual(good);
  });

  it.each([
    ['', 15],
    ['x', 14],
    ['зимний-вечер14', 1],
    [different.slice(2), 1],
    ['зимнии\u0306-вечер14', 1], // й in two parts is one letter once it is composed
    [' '.repeat(14), 1],
  ])('that is not enough says how much is missing: %j', (password, missing) => {
    expect(fifteen.judge(password, { person: anna })).toEqual({ outcome: 'refused', why: 'short', missing });
  });

  it('beyond 256 is refused and never cut', () => {
    expect(fifteen.judge('ab ш'.repeat(64) + 'x', { person: anna })).toEqual(refused('long'));
    expect(fifteen.judge(fox.repeat(257), { person: anna })).toEqual(refused('long'));
    expect(fifteen.judge('\ufdfa'.repeat(100), { person: anna })).toEqual(refused('long')); // 18 letters each, once composed
  });

  it('is the one that was asked for', () => {
    expect(eight.least).toBe(8);
    expect(eight.judge('zq8-wtx', { person: anna })).toMatchObject({ why: 'short', missing: 1 });
    expect(eight.judge('zq8-wtxv', { person: anna })).toEqual(good);
  });
});

describe('what nobody is asked for', () => {
  it.each(['rainy kettle orbit', '70316492', 'ТИХАЯ РЕКА', 'quiet-river', '        x', 'zzyyzxzy', 'Ü ö ä ß ẞ é'])(
    'is capitals, digits or signs: %j is good',
    (password) => {
      expect(judged(password)).toEqual(good);
    },
  );
});

describe('a common password', () => {
  it.each([
    'password',
    'PassWord',
    'ｐａｓｓｗｏｒｄ',
    'p@ssw0rd',
    'password2024',
    'iloveyou!!',
    'пароль123',
    'Пароль!!!',
    'мойпароль',
    'йцукенг1',
    'любовь2024',
    'солнышко',
    'алёна2010',
    'gosuslugi',
    'Госуслуги',
    'gosuslugi2025',
    'solnyshko1',
    'privetik1',
    'gfhjkm123',
    'ghbdtn2024',
    'benfica1904',
    'palavra-passe',
    'palavrapasse1',
    'minhasenha',
    'sporting!',
    'пароль🦊🦊',
    'парольпарольпароль',
    'dragondragondragon',
  ])('is refused: %s', (password) => {
    expect(judged(password, nobody)).toEqual(refused('common'));
  });

  it.each(['ujceckeub', 'Ujceckeub2024', 'зфыыцщкв', 'ЗФЫЫЦЩКВ1', 'вкфпщт123'])(
    'is refused on the other layout: %s',
    (password) => {
      expect(judged(password, nobody)).toEqual(refused('layout'));
    },
  );

  it.each([
    'aaaaaaaa',
    'zzzzzzzzzzzzzzz',
    '000000000000000',
    'ыыыыыыыыы',
    '==============',
    '123456789012345',
    '9876543210987',
    'qwertyui',
  ])('is refused, where it is one key or keys in a row: %s', (password) => {
    expect(judged(password, nobody)).toEqual(refused('row'));
  });
  it.each(['qwertyuiopasdfghjkl', 'абвгдежзийклмн', 'ЙЦУКЕНГШЩЗХЪФЫВА', 'mnbvcxzlkjhgfdsa', 'zyxwvutsrqponmlk'])(
    'is refused, where it is a row of keys: %s',
    (password) => {
      expect(judged(password, nobody)).toEqual(refused('row'));
    },
  );

  it.each([
    'correct horse battery staple',
    'password of my old neighbour',
    'пароль старого соседа',
    'пароль-70316', // more than a little behind it
    'мокрый чайник у окна',
    'o gato dorme na janela azul',
    'dragon-in-the-kettle',
  ])('inside more words does no harm: %s', (password) => {
    expect(judged(password, nobody)).toEqual(good);
  });
});

describe('the list', () => {
  const list = commonPasswords();

  it('holds more than 400 000 passwords and knows what is chosen here', () => {
    const known = ['123456789', 'gfhjkm', 'ghbdtn', 'пароль', 'привет', 'senha123', 'benfica', 'gosuslugi'];
    expect(known.filter((password) => !list.has(password))).toEqual([]);
    expect(list.size).toBeGreaterThan(400_000);
  });

  it('is read once', () => {
    expect(commonPasswords()).toBe(list);
  });

  it('is looked up in far less than a millisecond', () => {
    const begun = performance.now();
    for (let turn = 0; turn < 10_000; turn += 1) list.has(`word-${turn}`);
    expect((performance.now() - begun) / 10_000).toBeLessThan(0.1); // 0.0005 on a machine of one’s own
  });
});

describe('the sandbox', () => {
  it.each(citizens.map((citizen) => [citizen.id, citizen] as const))('has a good password for %s', (_id, citizen) => {
    const { profile, phone, email, password } = citizen;
    const person = { ...profile, phone: phone ?? undefined, email: email ?? undefined };
    expect(fifteen.judge(password, { person, service: 'Учебный сервис' })).toEqual(good);
  });
});
