// What changes a credential asks for the password again once the last one is older than five minutes, before its form and for this session alone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newPerson } from '../support/new-person.ts';
import { race } from '../support/race.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const address = '/account/proof/security'; // every page of the account can stand behind it
let person: Citizen;
let agent: BrowserAgent;
beforeEach(async () => {
  person = await newPerson(idp);
  ({ agent } = await openAccount(idp, person));
});
const prove = async (password: string) => agent.submit(await agent.open(address), { password });
const isAsked = async (who = agent): Promise<boolean> =>
  titleOf(await who.open(address)).includes('Confirm that it is');

describe('a fresh proof', () => {
  it('is not asked of who has signed in within five minutes', async () => {
    await idp.age(2); // for what the engine stored it counts twice
    expect(await isAsked()).toBe(false);
    await idp.age(1);
    expect(await isAsked()).toBe(true);
  });

  it('is the password, leads on to the page that waited, and holds five minutes', async () => {
    await idp.age(6);
    const page = await prove(person.password);
    expect(new URL(page.url, idp.issuer).pathname).toBe('/account/security');
    expect(await isAsked()).toBe(false);
    await idp.age(4.9);
    expect(await isAsked()).toBe(false);
    await idp.age(0.2);
    expect(await isAsked()).toBe(true);
  });

  it('is good for this session alone, and for this person', async () => {
    await idp.age(6);
    await prove(person.password);
    const proof = /civic_proof=([^;]+)/.exec(agent.cookieFor('/account'))?.[1] ?? '';
    expect(proof).not.toBe('');

    const others = [await openAccount(idp, person), await openAccount(idp, await newPerson(idp))];
    await idp.age(3);
    for (const { agent: another } of others) {
      const carrying = { Cookie: `${another.cookieFor('/account')}; civic_proof=${proof}` };
      expect((await another.get(address, carrying)).status).toBe(200);
    }
    expect(await isAsked()).toBe(false);
  });

  it('is not given by a wrong password or none, which are told', async () => {
    await idp.age(6);
    const wrong = await prove('not this one');
    expect([wrong.status, wordsOf(wrong).includes('Wrong password')]).toEqual([422, true]);
    const none = await prove('');
    expect([none.status, wordsOf(none).includes('Enter your password')]).toEqual([422, true]);
    expect(wrong.html).not.toContain('not this one');
    expect(await isAsked()).toBe(true);
  });

  it('counts wrong ones however many come at once, and is closed for a while', async () => {
    await idp.age(6);
    const { action, hidden } = readForm((await agent.open(address)).html);
    const send = (password: string) => agent.post(action, new URLSearchParams({ ...hidden, password }).toString());
    const { won } = await race(40, (index) => send(`wrong ${index}`));
    expect(new Set(won.map(({ status }) => status))).toEqual(new Set([422]));
    const closed = await prove(person.password);
    expect(wordsOf(closed)).toContain('Try again in');
    await idp.age(1);
    expect(await isAsked()).toBe(true);
    expect(titleOf(await prove(person.password))).toContain('Security');
  });

  it('leads nowhere but into the account', async () => {
    for (const path of [
      '/account/proof/..%2f..%2fevil',
      '/account/proof//evil.example',
      '/account/proof/A',
      '/account/proof',
    ])
      expect((await agent.get(path)).status).toBe(404);
  });
});
