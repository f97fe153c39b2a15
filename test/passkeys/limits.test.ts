// Passkeys asked for in place of a password are counted: of one browser, and of one network. Whoever answers rightly meets no limit, and the password stays open to all.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { createBrowserAgent, readForm, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { answerFor, openPasskeySignIn, personWithPasskey } from '../support/passkeys.ts';
import { typeCredentials } from '../support/people.ts';
import { newPerson } from '../support/new-person.ts';

let idp: TestCivicId;
beforeAll(async () => {
  const { ofBrowser, ofNetwork } = limits.passkeyQuestions;
  const passkeyQuestions = { ofBrowser: { ...ofBrowser, free: 3 }, ofNetwork: { ...ofNetwork, free: 6 } };
  idp = await startCivicId({ trustedProxyHops: 1, limits: { ...limits, passkeyQuestions } });
});
afterAll(() => idp.stop());

const tooMany = 'A passkey was asked for too many times in a row';
const browserAt = (address: string): BrowserAgent =>
  createBrowserAgent(idp.issuer, { headers: { 'X-Forwarded-For': address } });

/** Presses the button of the sign-in page so many times, and ends where the last one leads. */
const askFor = async (agent: BrowserAgent, times: number) => {
  const page = await agent.open('/account');
  const { action, hidden } = readForm(page.html);
  const begin = action.replace('/sign-in', '/passkey/begin');
  const body = new URLSearchParams({ csrf: hidden['csrf'] ?? '' }).toString();
  for (let time = 1; time < times; time += 1) await agent.post(begin, body);
  return { page, last: await agent.post(begin, body) };
};

it('closes the question for a browser that asks too often, tells how long, and leaves the password open', async () => {
  const agent = browserAt('198.51.100.1');
  expect((await askFor(agent, 3)).last.status).toBe(303);
  const { page, last } = await askFor(agent, 1);
  expect(last.status).toBe(422);
  expect(wordsOf({ ...page, html: last.text })).toContain(`${tooMany}. Try again in 1 minute`);
  expect(wordsOf({ ...page, html: last.text })).toContain('Sign in with your password');
  const inPortuguese = await agent.open(readForm(page.html).action.replace('/sign-in', '/passkey/begin?lang=pt'));
  expect(titleOf(inPortuguese)).toContain('Entrar');
  expect(titleOf(await typeCredentials(agent, page, await newPerson(idp)))).toContain('Роза');

  // Another browser behind the same address asks on.
  expect((await askFor(browserAt('198.51.100.1'), 1)).last.status).toBe(303);
});

it('closes it for a network that asks with one new browser after another, and for no other network', async () => {
  for (let visitor = 0; visitor < 6; visitor += 1)
    expect((await askFor(browserAt('203.0.113.7'), 1)).last.status).toBe(303);
  expect((await askFor(browserAt('203.0.113.200'), 1)).last.status).toBe(422);
  expect((await askFor(browserAt('192.0.2.1'), 1)).last.status).toBe(303);
});

it('counts a wrong answer, whose next question may be the one too many', async () => {
  const agent = browserAt('198.51.101.1');
  const opened = await openPasskeySignIn(idp, { agent });
  let { page } = opened;
  for (let tries = 0; tries < 3; tries += 1) page = await agent.submit(page, { credential: '{}' });
  expect([page.status, wordsOf(page).includes(tooMany)]).toEqual([422, true]);
  expect(page.html).not.toContain('data-passkey=');
});

it('counts nothing that was answered rightly', async () => {
  const { authenticator } = await personWithPasskey(idp);
  for (let time = 0; time < 8; time += 1) {
    const agent = browserAt('198.51.102.1');
    const { page } = await openPasskeySignIn(idp, { agent });
    const account = await agent.submit(page, { credential: answerFor(idp, page, authenticator) });
    expect(titleOf(account)).toContain('Роза');
  }
});

it('opens again when the time is over', async () => {
  const agent = browserAt('198.51.103.1');
  expect((await askFor(agent, 4)).last.status).toBe(422);
  await idp.age(2);
  expect((await askFor(agent, 1)).last.status).toBe(303);
});
