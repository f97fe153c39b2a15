import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createBareBrowser,
  pathOf,
  readBareForm,
  sendBare,
  type BareAnswer,
  type BareRequest,
} from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { cleverNames, strangeBodies, tooLong, wrongContainers } from '../support/clever-input.ts';
import { expectProperRefusal, marker } from '../support/proper-refusal.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let service: RelyingParty;
beforeAll(async () => {
  idp = await startCivicId();
  service = await newService(idp);
});
afterAll(() => idp.stop());

const anna = citizen('anna');
const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

/** Sends the requests and sees each refused, and no trace of them in the database. */
const expectRefusedWithoutTrace = async (
  send: (request: BareRequest) => Promise<BareAnswer>,
  statuses: number[],
  requests: BareRequest[],
) => {
  const before = await dumpDatabase(idp);
  for (const request of requests) {
    const answer = await send({ method: 'POST', ...request });
    expectProperRefusal(answer);
    expect(statuses).toContain(answer.status);
  }
  expect(await dumpDatabase(idp)).toEqual(before);
};

/** A browser that has the form open, and what belongs into it. */
const openForm = {
  'sign-in': async (parameters: Record<string, string> = {}) => {
    const browser = createBareBrowser(idp.issuer);
    const page = await browser.follow({ path: pathOf((await service.begin(parameters)).url) });
    const { action, csrf } = readBareForm(page);
    return { browser, action, fields: { csrf, identifier: 'anna@example.org', password: 'x' } };
  },
  consent: async (parameters: Record<string, string> = { prompt: 'consent' }) => {
    const { browser, action, fields } = await openForm['sign-in'](parameters);
    const body = encoded({ ...fields, password: anna.password });
    const page = readBareForm(await browser.follow({ method: 'POST', path: action, body }));
    return { browser, action: page.action, fields: { csrf: page.csrf } };
  },
  pin: async () => {
    const { browser, action, fields } = await openForm.consent({ acr_values: 'urn:civic-id:acr:pin' });
    if (action.endsWith('/pin')) return { browser, action, fields: { ...fields, pin: '0000' } };
    const page = readBareForm(await browser.follow({ method: 'POST', path: action, body: encoded(fields) }));
    return { browser, action: page.action, fields: { csrf: page.csrf, pin: '0000' } };
  },
};

describe.each(['sign-in', 'consent', 'pin'] as const)('ATT-X01…X03 the %s form', (name) => {
  it('is open', async () => expect(form.action).toMatch(new RegExp(`^/interaction/[\\w-]+/${name}$`)));

  let form: Awaited<ReturnType<(typeof openForm)[typeof name]>>;
  beforeAll(async () => {
    form = await openForm[name]();
  });
  const refuse = (statuses: number[], ...requests: BareRequest[]) =>
    expectRefusedWithoutTrace(
      form.browser.send,
      statuses,
      requests.map((request) => ({ path: form.action, ...request })),
    );

  it.each(['csrf', 'identifier', 'password', 'action', 'pin', 'tries'])('takes nothing clever in %s', (field) => {
    const others = encoded(Object.fromEntries(Object.entries(form.fields).filter(([key]) => key !== field)));
    const bodies = [...cleverNames(field), `${field}=1&${field}=2`].map((clever) => ({ body: `${others}&${clever}` }));
    return refuse(field === 'csrf' ? [400, 403] : [400], ...bodies);
  });
  it.each(strangeBodies)('refuses %s', (_what, strange) =>
    refuse([400], { body: `${encoded(form.fields)}&${strange}` }),
  );
  it('refuses bytes that are not UTF-8', () =>
    refuse([400], { body: Buffer.concat([Buffer.from(`${encoded(form.fields)}&x=`), Buffer.from([0xff, 0xfe])]) }));
  it.each(wrongContainers)('refuses %s', (_what, request) => refuse([400, 403, 415], request));
  it.each(tooLong)('refuses %s', (_what, request) => refuse([400, 413], request));
});

describe.each(['/token', '/request', '/token/introspection', '/token/revocation', '/me', '/session/end/confirm'])(
  'ATT-X01…X03 %s',
  (path) => {
    const credentials = () => Buffer.from(`${service.metadata.client_id}:${String(service.metadata['client_secret'])}`);
    const send = (request: BareRequest) =>
      sendBare(idp.issuer, {
        path,
        ...request,
        headers: {
          Accept: path.startsWith('/session') ? 'text/html' : 'application/json',
          ...(path === '/me' ? {} : { Authorization: `Basic ${credentials().toString('base64')}` }),
          ...request.headers,
        },
      });
    const refuse = (...requests: BareRequest[]) => expectRefusedWithoutTrace(send, [400, 401, 403, 413, 415], requests);
    const fields = ['grant_type', 'code', 'client_id', 'redirect_uri', 'scope', 'xsrf', 'access_token'];

    it.each(fields)('takes nothing clever in %s', (field) => {
      const twice = `${field}=${encodeURIComponent(marker)}&${field}=2`;
      const bodies = [...cleverNames(field), twice, `${field}=%00%01%0d%0aX-Evil:1`, `${field}=%ff`];
      return refuse(...bodies.map((body) => ({ body })));
    });
    it.each(strangeBodies)('refuses %s', (_what, body) => refuse({ body }));
    it.each(wrongContainers)('refuses %s', (_what, request) => refuse(request));
    it.each(tooLong)('refuses %s', (_what, request) => refuse(request));
  },
);

describe('ATT-X13 letters that no identifier has', () => {
  const type = async (identifier: string, password: string) => {
    const { browser, action, fields } = await openForm['sign-in']();
    return browser.send({ method: 'POST', path: action, body: encoded({ ...fields, identifier, password }) });
  };

  it.each([
    ['a NUL', 'anna@example.org\u0000'],
    ['a line break', 'anna@example.org\r\nBcc: x@example.org'],
    ['a bell', '\u0007anna@example.org'],
    ['Cyrillic among Latin letters', '\u0430nna@example.org'],
    ['only Cyrillic', 'анна@пример.рф'],
    ['an emoji', '😀'],
    ['markup', marker],
    ['eight kB that a slow pattern would choke on', `${'a!'.repeat(4000)}@`],
    ['twelve kB of digits', '0'.repeat(12_000)],
  ])('are answered as a wrong password: %s', async (_what, identifier) => {
    const answer = await type(identifier, anna.password);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('Wrong login or password');
    expect(answer.body).not.toContain(marker);
  });

  it.each([
    ['in another alphabet', 'фттф-дшлуы-йгшуе-кшмукы'],
    ['with a NUL after it', `${anna.password}\u0000`],
    ['with a space after it', `${anna.password} `],
    ['in capitals', anna.password.toUpperCase()],
  ])('a password is another one %s', async (_what, password) => {
    expect((await type('ivan@example.org', password)).status).toBe(422);
    expect((await type('emily@example.org', password)).status).toBe(422);
  });
});
