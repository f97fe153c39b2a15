import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pathOf, sendBare, sendBytes, type BareRequest } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newService } from '../support/new-service.ts';
import { expectErrorAtService, expectProperRefusal, expectUnharmed, marker } from '../support/proper-refusal.ts';
import type { RelyingParty } from '../support/relying-party.ts';

let idp: TestCivicId;
let service: RelyingParty;
beforeAll(async () => {
  idp = await startCivicId();
  service = await newService(idp, { client_name: `Service ${marker}` });
});
afterAll(() => idp.stop());

const send = (request: BareRequest) => sendBare(idp.issuer, request);
const authPath = async (extra: string) => `${pathOf((await service.begin()).url)}&${extra}`;
const discovery = '/.well-known/openid-configuration';
const markup = encodeURIComponent(marker);
const routes = [
  '/',
  '/interaction/abc',
  '/interaction/abc/sign-in',
  '/interaction/abc/consent',
  '/auth',
  '/auth/abc',
  '/request',
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/me',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
  '/jwks',
  discovery,
  '/sandbox/citizens',
  '/sandbox/outbox',
  '/health/live',
  '/health/ready',
];

describe('a method that no page has', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])('%s is refused everywhere', async (method) => {
    const before = await dumpDatabase(idp);
    for (const path of routes) {
      const answer = await send({ method, path });
      expectProperRefusal(answer);
      expect([404, 405]).toContain(answer.status);
    }
    expect(await dumpDatabase(idp)).toEqual(before);
  });
});

describe('ATT-X04 a path that wants to be something else', () => {
  const strange = [
    '//evil.example',
    '//evil.example/..',
    '/\\evil.example',
    '/%5cevil.example',
    '/%2f%2fevil.example',
    '/.git/HEAD',
    '/package.json',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/node_modules/koa/package.json',
    '/metrics',
    '/%',
    '/%zz',
    '/%ff',
    '/%00',
    `/${markup}`,
    `/interaction/${markup}`,
    '/interaction/%00',
    '/interaction/%zz/sign-in',
    '/interaction/__proto__',
    '/interaction/..%2f..%2fauth',
    '/interaction/abc/sign-in/x.css',
    `/auth/${markup}`,
    '/auth/%zz',
    `/interaction/${'a'.repeat(8000)}`,
    '/sandbox/%zz',
    `/sandbox/${markup}`,
    '/health/live/',
    '/health/live%00',
  ];
  it.each(strange)('%s', async (path) => {
    const answer = await send({ path });
    expectProperRefusal(answer);
    expect(answer.headers['location']).toBeUndefined();
  });
});

describe('ATT-X02, X13, X15 a query that means harm', () => {
  const harmful = [
    `ui_locales=${markup}`,
    'ui_locales=pt&ui_locales=en',
    'ui_locales[]=pt',
    'ui_locales=%00%0d%0aSet-Cookie:%20a=b',
    '__proto__[polluted]=1',
    'constructor[prototype][polluted]=1',
    'x=%zz&y=%ff&z=%',
    `${markup}=${markup}`,
    `x=${'a'.repeat(10_000)}`,
    Array.from({ length: 500 }, (_, index) => `q${index}=1`).join('&'),
  ];
  const pages = ['/', '/jwks', discovery, '/sandbox/citizens', '/sandbox/outbox', '/health/live', '/health/ready'];

  it.each(harmful)('changes nothing on a page: %.60s', async (query) => {
    for (const path of pages) {
      const answer = await send({ path: `${path}?${query}` });
      expectUnharmed(answer);
      expect(answer.status).toBe(200);
      expect(answer.cookies.join()).not.toContain('a=b');
    }
    expectProperRefusal(await send({ path: `/interaction/abc?${query}` }));
  });

  it.each(harmful.filter((query) => !query.includes('&ui_locales')))(
    'leads to no more than a sign-in page: %.60s',
    async (query) => {
      const answer = await send({ path: await authPath(query) });
      expectUnharmed(answer);
      expect(answer.headers['location']).toMatch(/^\/interaction\/[\w-]+$/);
    },
  );

  it('is too long: refused before anybody reads it', async () => {
    expect((await send({ path: await authPath(`x=${'a'.repeat(100_000)}`) })).status).toBe(431);
  });
});

describe('ATT-X14 a service’s request that says something twice, or nothing sensible', () => {
  it.each([
    ['client_id', 'client_id=other'],
    ['redirect_uri', 'redirect_uri=https%3A%2F%2Fevil.example%2F'],
  ])('%s twice: our page and no redirect', async (_name, extra) => {
    const before = await dumpDatabase(idp);
    const answer = await send({ path: await authPath(extra) });
    expectProperRefusal(answer);
    expect(answer.body).not.toContain('evil.example');
    expect(await dumpDatabase(idp)).toEqual(before);
  });

  it.each([
    ['scope=openid', 'invalid_request'],
    ['state=other', 'invalid_request'],
    ['nonce=other', 'invalid_request'],
    ['code_challenge=other', 'invalid_request'],
    ['ui_locales=pt&ui_locales=en', 'invalid_request'],
    ['claims=%7B', 'invalid_request'],
    ['claims=null', 'invalid_request'],
    [`claims=${encodeURIComponent('{"__proto__":{"polluted":1}}')}`, 'invalid_request'],
    ['max_age=-1', 'invalid_request'],
    ['max_age=x', 'invalid_request'],
    [`prompt=${markup}`, 'invalid_request'],
    ['prompt=none%20login', 'invalid_request'],
    ['id_token_hint=x', 'invalid_request'],
    ['request=x', 'request_not_supported'],
    ['resource=x', 'invalid_target'],
    ['response_mode=web_message', 'unsupported_response_mode'],
  ])('%.60s: an error that goes back to the service', async (extra, error) => {
    const before = await dumpDatabase(idp);
    const answer = await send({ path: await authPath(extra) });
    expectErrorAtService(answer, String(service.metadata.redirect_uris[0]), error);
    expect(await dumpDatabase(idp)).toEqual(before);
  });

  it.each(['__proto__', 'constructor', markup, '%00', '%ff', 'a'.repeat(8000), '%F0%9F%98%80'])(
    'a client called %.40s is unknown',
    async (clientId) => {
      for (const path of [`/auth?client_id=${clientId}`, `/session/end?client_id=${clientId}`])
        expectProperRefusal(await send({ path }));
    },
  );
});

describe('ATT-R07 an address that is not ours', () => {
  it.each([
    ['another host', 'evil.example'],
    ['another port', 'localhost:1'],
    ['no port', 'localhost'],
    ['a user in it', 'a@HOST'],
    ['a path in it', 'HOST/x'],
    ['markup in it', `${marker}HOST`],
  ])('is misdirected: %s', async (_what, host) => {
    const headers = { Host: host.replace('HOST', idp.issuer.host) };
    for (const path of ['/', discovery, '/sandbox/citizens', '/assets/x', '/token']) {
      const answer = await send({ path, headers });
      expectProperRefusal(answer);
      expect(answer.status).toBe(421);
    }
    for (const path of ['/health/live', '/health/ready']) expect((await send({ path, headers })).status).toBe(200);
  });

  it.each([
    ['two hosts', '/', 'Host: HOST\r\nHost: evil.example\r\n', 421],
    ['the same host twice', '/', 'Host: HOST\r\nHost: HOST\r\n', 421],
    ['an absolute address elsewhere', 'http://evil.example/', 'Host: HOST\r\n', 421],
    ['an absolute address with a user in it', 'http://a@HOST/', 'Host: HOST\r\n', 421],
    ['an absolute address of another scheme', 'https://HOST/', 'Host: HOST\r\n', 421],
    ['our absolute address, another host', 'http://HOST/', 'Host: evil.example\r\n', 421],
    ['our absolute address', 'http://HOST/jwks', 'Host: HOST\r\n', 200],
  ])('on the wire: %s', async (_what, target, headers, status) => {
    const text = `GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
    const answer = await sendBytes(idp.issuer, text.replaceAll('HOST', idp.issuer.host));
    expect(answer.status).toBe(status);
    if (status === 421) expectProperRefusal(answer);
  });

  it('is never ours because a header says so', async () => {
    const honest = await send({ path: discovery });
    const headers = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '1',
      'X-Forwarded-For': '203.0.113.9',
      Forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
      'X-Original-URL': '/sandbox/citizens',
      'X-HTTP-Method-Override': 'DELETE',
    };
    const forwarded = await send({ path: discovery, headers });
    expect(forwarded.body).toBe(honest.body);
    expect(forwarded.body).toContain(`"issuer":"${idp.issuer.origin}"`);
    expect((await send({ path: await authPath(''), headers })).headers['location']).toMatch(/^\/interaction\//);
  });

  it('is never used to sign people out of anything', async () => {
    const answer = await send({ path: '/session/end?post_logout_redirect_uri=https://evil.example/' });
    expectUnharmed(answer);
    expect(answer.body).not.toContain('evil.example');
  });
});
