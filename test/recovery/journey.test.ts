// "I don't know my password", from the sign-in page and back to the service.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { openAccount } from '../support/account.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import { noDocument, recoveredPassword, recoverUpTo, setPassword, snilsOf } from '../support/recovery.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId();
});
afterEach(() => idp.stop());

const anna = citizen('anna');
const renewed = { ...anna, password: recoveredPassword };

const mayEnter = async (person: typeof anna): Promise<boolean> =>
  !(await openAccount(idp, person)).page.html.includes('name="identifier"');

describe('a person who does not know the password', () => {
  it.each([
    [
      'passport',
      () => ({ document_type: 'passport', document_number: `${anna.passport?.series} ${anna.passport?.number}` }),
    ],
    ['SNILS', () => snilsOf(anna)],
    ['INN', () => ({ document_type: 'inn', document_number: anna.inn ?? '' })],
  ])('gets a new one with a code and the %s', async (_name, document) => {
    const { page } = await recoverUpTo(idp, anna, 'done', { document: document() });
    expect(titleOf(page)).toContain('The new password works');
    expect([await mayEnter(anna), await mayEnter(renewed)]).toEqual([false, true]);
  });

  it('gets a new one by e-mail', async () => {
    const { page } = await recoverUpTo(idp, anna, 'done', { contact: String(anna.email) });
    expect(titleOf(page)).toContain('The new password works');
    expect(await mayEnter(renewed)).toBe(true);
  });

  it('comes from a service and goes on there', async () => {
    const service = await newService(idp, { first_party: true });
    const request = await service.begin();
    const agent = createBrowserAgent(idp.issuer);
    const signIn = await agent.open(request.url);
    const first = /href="(\/recovery\?from=[^"]+)"/.exec(signIn.html)?.[1] ?? '';
    const { page } = await recoverUpTo(idp, anna, 'done', { agent, first });
    const back = /class="button main" href="([^"]+)"/.exec(page.html)?.[1] ?? '';
    expect(back).toMatch(/^\/interaction\//);
    const after = await typeCredentials(agent, await agent.open(back), renewed);
    expect(after.isElsewhere).toBe(true);
    expect((await request.finish(after.url)).claims()?.sub).toBeDefined();
  });

  it('is signed in nowhere by it', async () => {
    const { agent } = await recoverUpTo(idp, anna, 'done');
    expect((await agent.open('/account')).html).toContain('name="identifier"');
  });

  it('hears of it on every contact, at the code and at the end', async () => {
    await recoverUpTo(idp, anna, 'code');
    const atCode = (await readOutbox(idp)).slice(0, 2);
    expect(atCode.map(({ to }) => to).sort()).toEqual([anna.phone, anna.email].sort());
    expect(atCode.every(({ text }) => linkIn(text) !== '')).toBe(true);
    expect(atCode.map(({ code }) => code === null).sort()).toEqual([false, true]);
    await recoverUpTo(idp, anna, 'done');
    const atEnd = (await readOutbox(idp)).slice(0, 2);
    expect(atEnd.map(({ to }) => to).sort()).toEqual([anna.phone, anna.email].sort());
    expect(atEnd.every(({ text }) => /new password|новый пароль/i.test(text))).toBe(true);
  });

  it('may have it as often as they like', async () => {
    for (const password of ['first-of-the-new-words', 'second-of-the-new-words', 'third-of-the-new-words']) {
      const { page } = await recoverUpTo(idp, anna, 'done', { password });
      expect(titleOf(page)).toContain('The new password works');
    }
  });

  it('loses every session and remembered browser of the old password', async () => {
    const { agent } = await openAccount(idp, anna);
    await recoverUpTo(idp, anna, 'done');
    expect((await agent.open('/account')).html).toContain('name="identifier"');
  });
});

describe('without a document', () => {
  it('both contacts prove who it is', async () => {
    const { agent, page } = await recoverUpTo(idp, anna, 'code', { document: noDocument });
    const codes = {
      code: await lastCodeTo(idp, String(anna.phone)),
      other_code: await lastCodeTo(idp, String(anna.email)),
    };
    const password = await agent.submit(page, codes);
    expect(titleOf(password)).toContain('New password');
    expect(titleOf(await setPassword(agent, password))).toContain('The new password works');
  });

  it('one of both does not', async () => {
    const { agent, page } = await recoverUpTo(idp, anna, 'code', { document: noDocument });
    const alone = await agent.submit(page, { code: await lastCodeTo(idp, String(anna.phone)), other_code: '' });
    expect(wordsOf(alone)).toContain('The code or the details are wrong');
  });
});

describe('“this was not me”', () => {
  it('at the code stops it, and leaves the password as it is', async () => {
    const { agent, page } = await recoverUpTo(idp, anna, 'password');
    const told = (await readOutbox(idp)).find(({ to, purpose }) => to === anna.email && purpose === 'recovery');
    const stopped = await pressNotMe(idp, linkIn(told?.text ?? ''));
    expect(titleOf(stopped)).toContain('No new password will be set');
    expect(titleOf(await setPassword(agent, page))).toContain('Your access has not been given back');
    expect(await mayEnter(anna)).toBe(true);
  });

  it('after the new password voids it', async () => {
    await recoverUpTo(idp, anna, 'done');
    const told = (await readOutbox(idp)).find(({ to, purpose }) => to === anna.email && purpose === 'notice');
    const { agent } = await openAccount(idp, renewed);
    expect(titleOf(await pressNotMe(idp, linkIn(told?.text ?? '')))).toContain('secured');
    expect((await agent.open('/account')).html).toContain('name="identifier"');
    expect(await mayEnter(renewed)).toBe(false);
    expect(titleOf((await recoverUpTo(idp, anna, 'done')).page)).toContain('The new password works');
  });

  it('at the code voids a password that was set meanwhile', async () => {
    await recoverUpTo(idp, anna, 'code');
    const told = (await readOutbox(idp)).find(({ to, purpose }) => to === anna.email && purpose === 'recovery');
    await recoverUpTo(idp, anna, 'done');
    expect(titleOf(await pressNotMe(idp, linkIn(told?.text ?? '')))).toContain('secured');
    expect(await mayEnter(renewed)).toBe(false);
  });
});

it('a wrong code says nothing of what was wrong', async () => {
  const { agent, page } = await recoverUpTo(idp, anna, 'code');
  const wrong = await agent.submit(page, { code: otherThan(await lastCodeTo(idp, String(anna.phone))) });
  expect(wrong.status).toBe(422);
  expect(wordsOf(wrong)).toContain('The code or the details are wrong. 4 tries left.');
});
