// Guessing a document, or whether somebody has an account: nothing that a stranger sees differs, whatever they have tried before (R10, R15, ENUM-02).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { allAreSent, rawMessages } from '../support/messages.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { noDocument, recoverUpTo, snilsOf } from '../support/recovery.ts';
import { failuresOf } from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 12 };
  idp = await startCivicId({ limits: { recovery: { ...limits.recovery, guessesPerNetwork } } });
});
beforeEach(() => forgetSends(idp));
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await idp.age(24 * 60);
});
afterAll(() => idp.stop());

const [anna, ivan] = [citizen('anna'), citizen('ivan')];
const nobody = { ...anna, phone: '+79000000991', email: 'nola@example.org' };
const wrongDocument = snilsOf(ivan);

/** The words of a page without its number and without the contact, which the visitor knows. */
const seen = (page: PageView): string =>
  wordsOf(page)
    .replaceAll(/[2-9A-Z]{5}-[2-9A-Z]{5}/g, '…')
    .replaceAll(/\+7 900 000 \d\d \d\d/g, '…');

/** What one more recovery shows, up to a wrong code; nothing that was counted before is forgotten. */
const tryOnce = async (contact: string, document: typeof noDocument, wait = 0): Promise<string> => {
  const agent = createBrowserAgent(idp.issuer);
  const page = await agent.submit(await agent.open('/recovery'), { contact });
  const code = await agent.submit(page, document);
  await idp.age(wait);
  return seen(await agent.submit(code, { code: '000000' }));
};

describe('ATT-R10 however many documents have been tried before,', () => {
  it.each([
    ['at once', 0],
    ['four times', 3],
  ])('the right one looks like a wrong one (%s)', async (_when, before) => {
    for (let tries = 0; tries < before; tries += 1) await tryOnce(String(anna.phone), wrongDocument);
    const wrong = await tryOnce(String(anna.phone), wrongDocument);
    expect(await tryOnce(String(anna.phone), snilsOf(anna))).toBe(wrong);
    expect(wrong).toContain('4 tries left');
  });

  it('the right one looks like a wrong one after ten minutes', async () => {
    const change = async (document: typeof noDocument): Promise<string> => {
      const agent = createBrowserAgent(idp.issuer);
      const page = await agent.submit(await agent.open('/recovery'), { contact: String(anna.phone) });
      await agent.submit(page, wrongDocument);
      await idp.age(0.9);
      const code = await agent.submit(await agent.open('/recovery/document'), document);
      await idp.age(9.5);
      return seen(await agent.submit(code, { code: '000000' }));
    };
    const wrong = await change(wrongDocument);
    await forgetSends(idp);
    expect(await change(snilsOf(anna))).toBe(wrong);
  });

  it.each([0, 3])('and somebody without a document looks like nobody (%s tries before)', async (before) => {
    const answers = [];
    for (const contact of [String(anna.phone), nobody.phone]) {
      for (let tries = 0; tries < before; tries += 1) await tryOnce(contact, wrongDocument);
      answers.push(await tryOnce(contact, noDocument));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it('what is written to the database is as much, too', async () => {
    const written = async (document: typeof noDocument): Promise<number> => {
      const before = (await rawMessages(idp)).length;
      await tryOnce(String(anna.phone), document);
      return (await rawMessages(idp)).length - before;
    };
    for (let tries = 0; tries < 4; tries += 1) await tryOnce(String(anna.phone), wrongDocument);
    expect([await written(wrongDocument), await written(snilsOf(anna))]).toEqual([2, 2]);
  });
});

describe('ATT-R10 wrong codes', () => {
  it('count against the network, which waits after so many of them, and nobody else does', async () => {
    const elsewhere = createBrowserAgent(idp.issuer);
    const { page } = await recoverUpTo(idp, ivan, 'code', { agent: elsewhere });
    let shown = '';
    for (let flow = 0; flow < 4 && !shown.includes('Your network'); flow += 1) {
      const { agent, page: code } = await recoverUpTo(idp, nobody, 'code', { document: wrongDocument });
      for (let tries = 0; tries < 5; tries += 1)
        shown = wordsOf(await agent.submit(code, { code: '000000' }).catch(() => code));
    }
    expect(shown).toContain('Your network has entered wrong codes many times');
    // By now this browser is of that network too; its code is still good a while later.
    const code = await lastCodeTo(idp, String(ivan.phone));
    expect(wordsOf(await elsewhere.submit(page, { code }))).toContain('Your network');
    await idp.age(3);
    expect(titleOf(await elsewhere.submit(page, { code }))).toContain('New password');
  });

  it('with a wrong document never count against the person', async () => {
    for (let flow = 0; flow < 8; flow += 1) {
      const { agent, page } = await recoverUpTo(idp, anna, 'code', { document: wrongDocument });
      for (let tries = 0; tries < 5; tries += 1) await agent.submit(page, { code: '000000' });
      await idp.age(61);
    }
    expect(titleOf((await recoverUpTo(idp, anna, 'password')).page)).toContain('New password');
  });
});

describe('ATT-R15 somebody with', () => {
  it('the phone alone gets no code that is good', async () => {
    const { agent, page } = await recoverUpTo(idp, anna, 'code', { document: noDocument });
    const code = await lastCodeTo(idp, String(anna.phone));
    expect((await agent.submit(page, { code, other_code: '' })).status).toBe(422);
    expect((await agent.submit(page, { code, other_code: code })).status).toBe(422);
    expect((await agent.submit(page, { code, other_code: otherThan(code) })).status).toBe(422);
    expect((await agent.get('/recovery/password')).status).toBe(303);
  });

  it('the phone and a wrong document gets no code', async () => {
    const before = await readOutbox(idp);
    const { agent, page } = await recoverUpTo(idp, anna, 'code', { document: wrongDocument });
    await allAreSent(idp);
    expect(await readOutbox(idp)).toEqual(before);
    expect(wordsOf(await agent.submit(page, { code: '000000' }))).toContain('The code or the details are wrong');
  });

  it('the mailbox alone gets no code that is good', async () => {
    const contact = String(anna.email);
    const { agent, page } = await recoverUpTo(idp, anna, 'code', { contact, document: noDocument });
    const code = await lastCodeTo(idp, contact);
    expect((await agent.submit(page, { code, other_code: '' })).status).toBe(422);
    expect((await agent.submit(page, { code: '', other_code: code })).status).toBe(422);
    expect((await agent.get('/recovery/password')).status).toBe(303);
  });

  it('the document alone cannot begin: a SNILS is no contact', async () => {
    const agent = createBrowserAgent(idp.issuer);
    const page = await agent.submit(await agent.open('/recovery'), { contact: String(anna.snils) });
    expect(page.status).toBe(422);
    const { agent: own, page: code } = await recoverUpTo(idp, nobody, 'code', { document: snilsOf(anna) });
    expect((await own.submit(code, { code: '000000' })).status).toBe(422);
  });

  it('a code of one contact and a document that was changed afterwards gets nothing for it', async () => {
    const { agent } = await recoverUpTo(idp, anna, 'code', { document: noDocument });
    const code = await lastCodeTo(idp, String(anna.phone));
    const changed = await agent.submit(await agent.open('/recovery/document'), wrongDocument);
    expect((await agent.submit(changed, { code })).status).toBe(422);
    const back = await agent.submit(await agent.open('/recovery/document'), noDocument);
    expect((await agent.submit(back, { code })).status).toBe(422);
  });
});
