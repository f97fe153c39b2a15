// ENUM-01, ENUM-03: how long an answer takes does not tell who has an account. Queries and hashes are counted elsewhere; this is the clock.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBareBrowser, pathOf, readBareForm } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { allAreSent } from '../support/messages.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { rosa } from '../support/registration.ts';
import { ratioOfMedians, type Sample } from '../support/timing.ts';

/** A difference that a stranger could see through a network would be a hash or a message, several times this much. */
const bound = 1.3;
const many = [{ seconds: 60, count: 1_000_000 }];
const olga = citizen('olga');

let idp: TestCivicId;
beforeAll(async () => {
  const registration = { ...limits.registration, perNetwork: many, perContact: many, sendsPerNetwork: many };
  idp = await startCivicId({ limits: { registration }, bcryptCost: 8 });
});
afterAll(() => idp.stop());
beforeEach(async () => {
  await allAreSent(idp);
  await nativeCollection(idp.connection, 'attempts').deleteMany({});
});

const encode = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

const beginRegistration = async () => {
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/registration' }));
  const post = (path: string, fields: Record<string, string>) =>
    browser.send({ method: 'POST', path: `/registration${path}`, body: encode({ csrf, ...fields }) });
  await post('', { ...rosa, from: '' });
  return { browser, post };
};

describe('registration', () => {
  const pairs: [string, string, (index: number) => string][] = [
    ['e-mail', String(olga.email), (index) => `nola.${index}@example.org`],
    ['phone', String(olga.phone), (index) => `+7916${String(1_000_000 + index)}`],
  ];

  it.each(pairs)(
    'giving a known %s takes as long as an unknown one',
    async (_kind, known, unknown) => {
      const give =
        (contactOf: (index: number) => string): Sample =>
        async (index) => {
          const { post } = await beginRegistration();
          return () => post('/contact', { contact: contactOf(index) });
        };
      expect(
        await ratioOfMedians(
          give(() => known),
          give(unknown),
        ),
      ).toBeLessThan(bound);
    },
    120_000,
  );

  it.each(pairs)(
    'and so do the page of the code and a wrong one: %s',
    async (_kind, known, unknown) => {
      const guess =
        (contactOf: (index: number) => string): Sample =>
        async (index) => {
          const { browser, post } = await beginRegistration();
          await post('/contact', { contact: contactOf(index) });
          await nativeCollection(idp.connection, 'attempts').deleteMany({});
          return async () => {
            await browser.send({ path: '/registration/code' });
            await post('/code', { code: '000000' });
          };
        };
      expect(
        await ratioOfMedians(
          guess(() => known),
          guess(unknown),
        ),
      ).toBeLessThan(bound);
    },
    120_000,
  );
});

describe('signing in', () => {
  const kinds: [string, string, string][] = [
    ['e-mail', String(olga.email), 'nola@example.org'],
    ['phone', String(olga.phone), '+79161230000'],
    ['SNILS', String(olga.snils), '112-233-446 96'],
  ];

  it.each(kinds)(
    'with a wrong password takes as long for an unknown %s',
    async (_kind, known, unknown) => {
      const service = await newService(idp);
      const type =
        (identifier: string): Sample =>
        async () => {
          const browser = createBareBrowser(idp.issuer);
          const page = await browser.follow({ path: pathOf((await service.begin()).url) });
          const { action, csrf } = readBareForm(page);
          await nativeCollection(idp.connection, 'attempts').deleteMany({});
          const body = encode({ csrf, identifier, password: 'not the password' });
          return () => browser.send({ method: 'POST', path: action, body });
        };
      expect(await ratioOfMedians(type(known), type(unknown), 40)).toBeLessThan(bound);
    },
    120_000,
  );
});

it('the measure is worth something: a hash more would be seen', async () => {
  const { passwords } = idp.app.services;
  const nothing: Sample = async () => () =>
    idp.app.services.accounts.findByIdentifier({ kind: 'email', value: 'x@example.org' });
  const hash: Sample = async () => () => passwords.makeVerifier('roses-need-no-reason');
  expect(await ratioOfMedians(nothing, hash, 10)).toBeGreaterThan(bound);
});
