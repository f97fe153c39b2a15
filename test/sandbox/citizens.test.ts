// Who can be met in a sandbox: well-formed documents, the same in the list, on the page and on file.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judgeIssueDate, normaliseDocument } from '../../src/accounts/index.ts';
import { citizens } from '../../src/sandbox/citizens.ts';
import { levelOf } from '../../src/sandbox/citizen.ts';
import { seedCitizens } from '../../src/sandbox/seed.ts';
import { createBrowserAgent, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

interface Listed {
  name: string;
  state: string;
  snils: string | null;
  inn: string | null;
  passport: string | null;
  passport_issue_date: string | null;
}
const list = async (): Promise<Listed[]> => {
  const answer = await fetch(new URL('/sandbox/citizens', idp.issuer), { headers: { Accept: 'application/json' } });
  return JSON.parse(await answer.text());
};

describe('the test citizens', () => {
  it('have an INN and a passport that are well formed, but for those of the basic level', async () => {
    for (const { name, state, inn, passport, passport_issue_date: issued } of await list()) {
      if (state === 'basic') {
        expect([name, inn, passport, issued]).toEqual([name, null, null, null]);
      } else {
        expect([name, normaliseDocument('inn', String(inn))]).toEqual([name, inn]);
        expect(passport).toMatch(/^\d{4} \d{6}$/);
        expect(normaliseDocument('passport', String(passport))).toBe(passport?.replace(' ', ''));
        expect(issued).toMatch(/^\d{4}-\d\d-\d\d$/);
      }
    }
  });

  it('have passports of the right age, and no number twice', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    for (const { passport, profile } of citizens.filter((citizen) => citizen.passport !== null)) {
      const birthdate = profile.birthdate ?? '';
      expect(judgeIssueDate(passport?.issueDate ?? '', { birthdate, now })).toBe('right');
    }
    for (const field of ['inn', 'snils'] as const) {
      const numbers = citizens.map((citizen) => citizen[field]).filter((number) => number !== null);
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    expect(new Set(citizens.map(({ passport }) => passport?.number)).size).toBe(citizens.length);
  });

  it('keep all their keys in the list, whatever is added', async () => {
    const known = ['name', 'phone', 'email', 'snils', 'password', 'pin', 'state', 'locale'];
    for (const citizen of await list())
      expect(Object.keys(citizen)).toEqual(
        expect.arrayContaining([...known, 'inn', 'passport', 'passport_issue_date']),
      );
  });

  it('are shown with them on the page', async () => {
    const words = wordsOf(await createBrowserAgent(idp.issuer).open('/sandbox/citizens'));
    const [anna] = await list();
    expect(words).toContain(`INN ${String(anna?.inn)}`);
    expect(words).toContain(`Passport ${String(anna?.passport)}`);
  });

  it('have them on file', async () => {
    const { accounts } = idp.app.services;
    for (const citizen of citizens) {
      const { snils, inn, passport } = citizen;
      const documents = await accounts.readDocuments(citizen.id);
      expect(documents).toEqual({
        ...(snils === null ? {} : { snils: snils.replace(/\D/g, '') }),
        ...(inn === null ? {} : { inn }),
        ...(passport === null ? {} : { passport }),
      });
      expect((await accounts.find(citizen.id))?.level).toBe(levelOf(citizen));
    }
  });

  it('are left as they are at the next start', async () => {
    const { accounts, inTransaction } = idp.app.services;
    const passport = { series: '1399', number: '777888', issueDate: '2020-02-20' };
    await inTransaction((tx) => accounts.raise(tx, 'sandbox-olga', { level: 'basic', documents: { passport } }));
    const before = await countIn(idp, 'identifiers');
    await seedCitizens({
      ...idp.app.services,
      pin: idp.app.rules.pin,
      termsVersion: idp.app.termsVersion,
      now: () => new Date(),
    });
    expect((await accounts.readDocuments('sandbox-olga')).passport).toEqual(passport);
    expect(await countIn(idp, 'identifiers')).toBe(before);
  });
});
