// A password is not made of what everybody knows of its owner; and whatever is typed is judged, not stumbled over.
import { describe, expect, it } from '@jest/globals';
import type { PersonWords } from '../../src/passwords/index.ts';
import { mutated, pick, randomText, seededRandom } from '../support/generated-text.ts';
import { anna, good, nobody, refused, testPolicy } from '../support/password-policy.ts';

const eight = testPolicy(8);
const judged = (password: string, person = anna, service?: string) => eight.judge(password, { person, service });

const joao: PersonWords = { givenName: 'João', familyName: 'Ferreira', birthdate: '1979-11-02' };
const dmitry: PersonWords = { givenName: 'Дмитрий', familyName: 'Щукин', middleName: 'Александрович' };

describe('a password of the person’s own words', () => {
  it.each([
    'анна1988',
    'АННА-1988!',
    'Анна Сергеевна',
    'Ковалёва',
    'ковалева88',
    'к о в а л ё в а',
    'Жукова.Анна',
    'анна🦊🦊🦊🦊',
    'kovaleva',
    'KOVALEVA1988',
    'sergeevna1',
    'anna-kovaleva',
    'anna14031988',
    'rjdfktdf',
    'Rjdfk`df88',
    ';erjdf2024',
    'anna.k1988',
    'anna.k1988@example.org',
    '+79000000001',
    '89000000001',
    '9000000001',
    '000-00-01',
    '14031988',
    '14.03.1988',
    '1988-03-14',
    '19880314',
    '140388-140388',
    '14/3/1988',
    '14031988anna',
  ])('is refused: %s', (password) => {
    expect(judged(password)).toEqual(refused('personal'));
  });

  it.each([
    [
      dmitry,
      ['Дмитрий1', 'dmitriy!', 'dmitrii1', 'dmitry2024', 'shchukin', 'Schukin1', 'alexandrovich', 'aleksandrovich9'],
    ],
    [joao, ['joaojoao', 'João1979', 'joão-ferreira', 'FERREIRA', '02111979', '11021979', 'ауккушкф']],
  ])('is refused in every spelling: %#', (person, passwords) => {
    const taken = passwords.filter((password) => password.length >= 8 && judged(password, person).outcome === 'good');
    expect(taken).toEqual([]);
  });

  it.each([
    'анна любит тихие реки',
    'anna-likes-quiet-rivers',
    'kovaleva sails to lisbon',
    'наш дом построен в 1988',
    '9000000001 ступеней вверх',
    'rjdfktdf lives upstairs',
  ])('that holds more is good: %s', (password) => {
    expect(judged(password)).toEqual(good);
  });

  it('is refused to that person alone', () => {
    expect(judged('kovaleva-zhukova', anna)).toEqual(refused('personal'));
    expect(judged('kovaleva-zhukova', joao)).toEqual(good);
  });

  it('does not take words that are too short to tell', () => {
    expect(judged('yellow kettle', { givenName: 'Y', familyName: '', email: '', phone: '+7', birthdate: 'x' })).toEqual(
      good,
    );
  });
});

describe('a password of the service’s name', () => {
  it.each(['civic-id', 'CivicID2024', 'civicidcivicid', 'civic id!', 'сшмшсшв1'])('is refused: %s', (password) => {
    expect(judged(password, nobody)).toEqual(refused('service'));
  });
  it.each(['городская-поликлиника', 'Gorodskaya', 'poliklinika5'])('that it is for is refused: %s', (password) => {
    expect(judged(password, nobody, 'Городская поликлиника')).toEqual(refused('service'));
    expect(judged(`${password} на углу`, nobody)).toEqual(good);
  });
  it('is refused when only the own name stands beside it', () => {
    expect(judged('kovaleva-civic-id', anna)).toEqual(refused('personal'));
  });
  it('is that of the deployment', () => {
    const primersk = testPolicy(8, { deploymentName: 'Примерск онлайн' });
    expect(primersk.judge('примерск1', { person: nobody })).toEqual(refused('service'));
    expect(primersk.judge('civic-id in town', { person: nobody })).toEqual(good);
  });
});

describe('any password', () => {
  const seeds = ['пароль123', 'gosuslugi', 'Ковалёва', 'anna-likes-quiet-rivers', '14.03.1988', 'qwertyuiop', ''];
  const generated = (count: number) => {
    const random = seededRandom(20260);
    return Array.from({ length: count }, (_, at) =>
      at % 2 === 0 ? randomText(random, 40) : mutated(random, pick(random, seeds)),
    );
  };

  it('is judged without a mistake, the same each time and composed or not', () => {
    for (const password of generated(10_000)) {
      const first = judged(password);
      expect([password, judged(password)]).toEqual([password, first]);
      expect([password, judged(password.normalize('NFKC'))]).toEqual([password, first]);
      expect(JSON.stringify(first)).not.toContain('"missing":0');
    }
  });

  it('is judged whatever the person and the service are called', () => {
    const random = seededRandom(7);
    for (const password of generated(300)) {
      const person = {
        givenName: randomText(random, 12),
        familyName: randomText(random, 30),
        email: randomText(random, 30),
      };
      expect(() => judged(password, person, randomText(random, 40))).not.toThrow();
    }
  });

  it('is judged within a millisecond or so', () => {
    const passwords = generated(1000);
    const begun = performance.now();
    for (const password of passwords) judged(password);
    expect((performance.now() - begun) / passwords.length).toBeLessThan(5); // 0.1 on a machine of one’s own
  });
});
