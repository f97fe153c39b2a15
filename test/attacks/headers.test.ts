import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm, type BareAnswer, type BareRequest } from '../support/bare-http.ts';
import { freePort, startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { citizen } from '../support/people.ts';

const anna = citizen('anna');
const evil = 'https://evil.example';
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

const secret = 'secret-of-the-shop-0123456789abcdef';
const serviceQuery = form({
  client_id: 'shop',
  redirect_uri: 'https://shop.example.org/callback',
  response_type: 'code',
  scope: 'openid email',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
});
const reads = [
  '/',
  '/?lang=pt',
  '/nothing-here',
  '/auth?client_id=nobody',
  `/auth?${serviceQuery}&prompt=none`,
  `/auth?${serviceQuery}&prompt=none&response_mode=form_post`,
  '/auth/abc',
  '/interaction/abc',
  '/me',
  '/jwks',
  '/.well-known/openid-configuration',
  '/session/end',
  '/session/end?id_token_hint=x',
  '/session/end/success',
  '/sandbox/citizens',
  '/sandbox/outbox',
  '/sandbox/nothing-here',
];
const writes = [
  '/',
  '/interaction/abc/sign-in',
  '/interaction/abc/consent',
  '/token',
  '/request',
  '/token/introspection',
  '/token/revocation',
  '/session/end/confirm',
];

/** A whole way through the product and all of its dead ends: what came back, by what was asked. */
const walk = async (idp: TestCivicId, port: number, headers: Record<string, string> = {}) => {
  await idp.register({
    client_id: 'shop',
    client_secret: secret,
    redirect_uris: ['https://shop.example.org/callback'],
  });
  const browser = createBareBrowser(idp.issuer);
  const seen: [string, BareAnswer][] = [];
  const take = async (request: BareRequest): Promise<BareAnswer> => {
    const answer = await browser.send({ port, ...request, headers: { ...headers, ...request.headers } });
    seen.push([`${request.method ?? 'GET'} ${String(request.path)}`, answer]);
    return answer;
  };
  const next = async ({ headers: { location = '' } }: BareAnswer): Promise<BareAnswer> =>
    take({ path: location.replace(idp.issuer.origin, '') });
  const post = (path: string, fields: Record<string, string>) => take({ method: 'POST', path, body: form(fields) });

  const { action, csrf } = readBareForm(await next(await take({ path: `/auth?${serviceQuery}` })));
  await post(action, { csrf, identifier: 'anna@example.org', password: 'wrong' });
  await post(action, { csrf: 'x', identifier: 'anna@example.org', password: 'wrong' });
  await post(action, { csrf, identifier: 'anna@example.org', password: 'x'.repeat(20_000) });
  await take({ method: 'POST', path: action, body: 'x', headers: { 'Content-Type': 'text/plain' } });
  const signedIn = await post(action, { csrf, identifier: 'anna@example.org', password: anna.password });
  const consent = readBareForm(await next(await next(signedIn)));
  const arrived = await next(await post(consent.action, { csrf: consent.csrf }));
  expect(arrived.headers['location']).toContain('https://shop.example.org/callback?code=');

  const style = /href="(\/assets\/[^"]*\.css)"/.exec((await take({ path: '/' })).body)?.[1] ?? '';
  await take({ path: style });
  await take({ path: '/', headers: { Host: 'evil.example' } });
  for (const path of reads) await take({ path });
  for (const path of writes) await post(path, { x: '1' });
  return seen;
};

const expectSafe = ([asked, { headers }]: [string, BareAnswer]) => {
  const policy = headers['content-security-policy'] ?? '';
  const isOnTheWay = /^\w+ \/(interaction|auth|session)(\/|\?|$)/.test(asked);
  const isAsset = asked.includes('/assets/');
  expect({ asked, policy }).toEqual({ asked, policy: expect.stringContaining("default-src 'none'") });
  for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(part);
  expect(policy).not.toMatch(/unsafe-|\*|http:|data:/);
  expect({ asked, leads: policy.includes("form-action 'self'") }).toEqual({ asked, leads: !isOnTheWay });
  if (isOnTheWay) expect(policy).not.toContain('form-action');

  expect({ asked, ...headers }).toMatchObject({
    asked,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': isAsset ? expect.stringContaining('immutable') : expect.stringMatching(/^no-store/),
    'content-type': expect.stringMatching(/^(text|application)\/[a-z+-]+; charset=utf-8$/),
  });
  expect(Object.keys(headers)).not.toContain('x-powered-by');
  expect(Object.keys(headers)).not.toContain('server');
};

const cookiesIn = (seen: [string, BareAnswer][]) =>
  seen
    .flatMap(([, { cookies }]) => cookies)
    .map((line) => ({
      line,
      name: line.slice(0, line.indexOf('=')).replace(/\.sig$/, ''),
      isRemoved: /^[^=]+=;/.test(line),
    }));
const expectKept = ({ line }: { line: string }) => {
  expect(line).toMatch(/; httponly(;|$)/i);
  expect(line).toMatch(/; samesite=lax(;|$)/i);
  expect(line).not.toMatch(/; domain=/i);
  expect(line.length).toBeLessThan(1024);
};

describe('over http, on a laptop', () => {
  let idp: TestCivicId;
  let seen: [string, BareAnswer][];
  beforeAll(async () => {
    idp = await startCivicId();
    seen = await walk(idp, Number(idp.issuer.port));
  });
  afterAll(() => idp.stop());

  it('ASVS 3.4 every answer says what a browser must not do, errors and redirects too', () => {
    expect(new Set(seen.map(([, { status }]) => status))).toEqual(
      new Set([200, 303, 400, 401, 403, 404, 405, 413, 415, 421, 422]),
    );
    for (const answer of seen) expectSafe(answer);
  });

  it('ASVS 3.3 its cookies are for the server alone, and named after the product', () => {
    const cookies = cookiesIn(seen);
    for (const cookie of cookies.filter(({ isRemoved }) => !isRemoved)) expectKept(cookie);
    expect([...new Set(cookies.map(({ name }) => name))].sort()).toEqual(
      ['interaction', 'language', 'page', 'resume', 'session'].map((name) => `civic_${name}`),
    );
    expect(cookies.some(({ line }) => /; secure/i.test(line))).toBe(false);
  });

  it('does not speak of https', () => {
    expect(seen.some(([, { headers }]) => headers['strict-transport-security'] !== undefined)).toBe(false);
  });

  it('ASVS 3.4.2 shares nothing with the pages of others', async () => {
    const browser = createBareBrowser(idp.issuer);
    const preflight = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' };
    const asked: BareRequest[] = [
      ...reads.map((path) => ({ path })),
      ...[...reads, ...writes].map((path) => ({ method: 'OPTIONS', path, headers: preflight })),
      ...writes.map((path) => ({ method: 'POST', path, body: 'client_id=shop' })),
    ];
    for (const request of asked) {
      const { status, headers } = await browser.send({ ...request, headers: { ...request.headers, Origin: evil } });
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      const isPublic = /^\/(jwks|\.well-known)/.test(String(request.path));
      const isAllowed = headers['access-control-allow-origin'] !== undefined;
      // A preflight, and an answer that tells nobody's data, say yes to everybody.
      if (isAllowed && !isPublic) expect([request, [204, 401].includes(status)]).toEqual([request, true]);
    }
  });

  it('ASVS 3.4.2 shares what is known of a person with the pages of that service alone', async () => {
    const arrived = seen.find(([, { headers }]) => headers['location']?.includes('code='))?.[1].headers['location'];
    const browser = createBareBrowser(idp.issuer);
    const exchange = await browser.send({
      method: 'POST',
      path: '/token',
      headers: { Authorization: `Basic ${Buffer.from(`shop:${secret}`).toString('base64')}` },
      body: form({
        grant_type: 'authorization_code',
        code: new URL(arrived ?? '').searchParams.get('code') ?? '',
        redirect_uri: 'https://shop.example.org/callback',
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      }),
    });
    const { access_token: token } = JSON.parse(exchange.body);
    const ask = (from: string) =>
      browser.send({ path: '/me', headers: { Authorization: `Bearer ${token}`, Origin: from } });

    const own = await ask('https://shop.example.org');
    expect(own.body).toContain('anna@example.org');
    expect(own.headers['access-control-allow-origin']).toBe('https://shop.example.org');
    const foreign = await ask(evil);
    expect([foreign.headers['access-control-allow-origin'], foreign.body]).not.toEqual([evil, own.body]);
  });

  it('the health answers are not for browsers to guess at', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const { headers } = await createBareBrowser(idp.issuer).send({ path });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    }
  });
});

describe('over https, behind a proxy of our own', () => {
  let idp: TestCivicId;
  let seen: [string, BareAnswer][];
  beforeAll(async () => {
    const port = await freePort();
    idp = await startCivicId({ issuer: new URL('https://localhost'), port, trustedProxyHops: 1 });
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' };
    seen = await walk(idp, port, headers);
  });
  afterAll(() => idp.stop());

  it('every answer is as safe, and keeps the browser on https', () => {
    for (const answer of seen) {
      expectSafe(answer);
      expect(answer[1].headers['strict-transport-security']).toMatch(/^max-age=63072000; includeSubDomains/);
    }
  });

  it('ASVS 3.3 its cookies carry the prefixes that browsers enforce', () => {
    const cookies = cookiesIn(seen);
    for (const { line } of cookies) expect(line).toMatch(/; secure(;|$)/i);
    for (const cookie of cookies.filter(({ isRemoved }) => !isRemoved)) expectKept(cookie);
    for (const { line } of cookies.filter(({ name }) => name.startsWith('__Host-')))
      expect(line).toMatch(/; path=\/(;|$)/i);
    expect([...new Set(cookies.map(({ name }) => name))].sort()).toEqual([
      '__Host-civic_language',
      '__Host-civic_page',
      '__Host-civic_session',
      '__Secure-civic_interaction',
      '__Secure-civic_resume',
    ]);
  });

  it('ATT-X09 takes the address of a visitor from its own proxy, not from what stands left of it', async () => {
    const journal = idp.connection.getClient().db(idp.connection.name).collection('journal');
    expect(await journal.distinct('network')).toEqual(['203.0.113.0/24']);
  });
});
