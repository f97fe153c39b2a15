// Whoever asks for new passwords of somebody else again and again keeps nobody out (R11, SMS-04).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { openAccount } from '../support/account.ts';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { allAreSent, breakChannel } from '../support/messages.ts';
import { lastCodeTo, readOutbox, typePassword } from '../support/new-device.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { citizen } from '../support/people.ts';
import { noDocument, recoveredPassword, setPassword, snilsOf } from '../support/recovery.ts';
import { failuresOf } from '../support/step-up.ts';

const many = [{ seconds: 60, count: 1_000_000 }];
const anna = citizen('anna');
const phone = String(anna.phone);

let idp: TestCivicId;
beforeEach(async () => {
  const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 1_000_000 };
  const sms = { ...limits.sms, perNetwork: many, perRange: many };
  const recovery = { ...limits.recovery, sendsPerNetwork: many, guessesPerNetwork };
  idp = await startCivicId({ newDeviceCodes: true, limits: { recovery, sms } });
});
afterEach(async () => {
  expect(failuresOf(idp)).toEqual([]);
  await idp.stop();
});

/** What is counted stays counted. */
const ask = async (document: typeof noDocument, { contact = phone, agent = createBrowserAgent(idp.issuer) } = {}) => {
  const page = await agent.submit(await agent.open('/recovery'), { contact });
  return { agent, page: await agent.submit(page, document) };
};
const messages = async () => {
  await allAreSent(idp);
  return (await readOutbox(idp)).filter(({ purpose }) => purpose === 'recovery');
};
const codesTo = async (to: string): Promise<number> =>
  (await messages()).filter((entry) => entry.to === to && entry.code !== null).length;

/** Anna has signed in there and had it remembered. */
const remembered = async (): Promise<BrowserAgent> => {
  const { agent, page } = await typePassword(idp, anna);
  const answer = await agent.submit(page, { code: await lastCodeTo(idp, phone), remember_browser: 'yes' });
  expect(answer.isElsewhere).toBe(true);
  return agent;
};

const recover = async (agent: BrowserAgent, document: typeof noDocument): Promise<string> => {
  const { page } = await ask(document, { agent });
  const other = document === noDocument ? { other_code: await lastCodeTo(idp, String(anna.email)) } : {};
  const password = await agent.submit(page, { code: await lastCodeTo(idp, phone), ...other });
  return password.html.includes('name="new_password"')
    ? titleOf(await setPassword(agent, password))
    : titleOf(password);
};

describe('ATT-R11 sixty recoveries that a stranger has begun for one phone, with wrong codes in each,', () => {
  const flood = async (document: typeof noDocument): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) {
      const { agent, page } = await ask(document);
      if (turn < 5) for (let tries = 0; tries < 5; tries += 1) await agent.submit(page, { code: '000000' });
    }
  };

  it('leave sign-in and sessions alone, and the own recovery in a browser that is known', async () => {
    const own = await remembered();
    await openAccount(idp, anna, { agent: own });
    await flood(noDocument);
    await flood(snilsOf(anna));
    expect(titleOf(await own.open('/account'))).toContain('Hello');
    const again = await typePassword(idp, anna, { agent: own, parameters: { prompt: 'login' } });
    expect(again.page.isElsewhere).toBe(true);
    await idp.age(2); // signing in has limits of its own
    expect((await typePassword(idp, anna)).page.status).toBe(200);
    expect(await recover(own, snilsOf(anna))).toContain('The new password works');
    await idp.age(2);
    expect((await typePassword(idp, { ...anna, password: recoveredPassword })).page.status).toBe(200);
  }, 60_000);

  it('leave the own recovery without a document alone, in a browser that is known', async () => {
    const own = await remembered();
    await flood(noDocument);
    expect(await recover(own, noDocument)).toContain('The new password works');
  }, 60_000);

  it('without the document leave whoever has it alone, in any browser', async () => {
    await flood(noDocument);
    await flood(snilsOf(citizen('ivan')));
    expect(await recover(createBrowserAgent(idp.issuer), snilsOf(anna))).toContain('The new password works');
  }, 60_000);

  it('with the document leave whoever waits a day or proves both contacts alone', async () => {
    await flood(snilsOf(anna));
    expect(await recover(createBrowserAgent(idp.issuer), noDocument)).toContain('The new password works');
  }, 60_000);
});

describe('ATT-R11 a stranger in the same network', () => {
  it('uses up what the network may, and not what a browser may that the owner had remembered', async () => {
    await idp.stop();
    const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 6 };
    const sendsPerNetwork = [{ seconds: 3600, count: 4 }];
    const recovery = { ...limits.recovery, sendsPerNetwork, guessesPerNetwork };
    idp = await startCivicId({ newDeviceCodes: true, limits: { recovery } });
    const own = await remembered();
    for (let turn = 0; turn < 6; turn += 1) {
      const { agent, page } = await ask(snilsOf(citizen('ivan')));
      for (let tries = 0; tries < 2; tries += 1) await agent.submit(page, { code: '000000' });
    }
    const { page } = await ask(snilsOf(anna));
    expect(wordsOf(page)).toContain('your network has asked for too many');
    expect(await recover(own, snilsOf(anna))).toContain('The new password works');
  });

  it('learns nothing of a document in such a browser either', async () => {
    const own = await remembered();
    const seen: string[] = [];
    for (const document of [snilsOf(citizen('ivan')), snilsOf(anna)]) {
      const { page } = await ask(document, { agent: own });
      const answer = wordsOf(await own.submit(page, { code: '000000' }));
      seen.push(answer.replaceAll(/[2-9A-Z]{5}-[2-9A-Z]{5}/g, '…'));
    }
    expect(seen[0]).toBe(seen[1]);
  });
});

describe('SMS-04 one phone', () => {
  it('gets three codes an hour, then one warning, then nothing; the page never differs', async () => {
    const pages: string[] = [];
    for (let turn = 0; turn < 8; turn += 1)
      pages.push(wordsOf((await ask(noDocument)).page).replaceAll(/[2-9A-Z]{5}-[2-9A-Z]{5}/g, '…'));
    expect(new Set(pages).size).toBe(1);
    const toPhone = (await messages()).filter(({ to }) => to === phone);
    expect(toPhone.map(({ code }) => code !== null)).toEqual([false, true, true, true]);
    expect(toPhone[0]?.text).toMatch(/много раз/);
    const link = linkIn(toPhone[0]?.text ?? '');
    expect(titleOf(await pressNotMe(idp, link))).toContain('No new password will be set');
    await idp.age(61);
    await ask(noDocument);
    expect(await codesTo(phone)).toBe(4);
  });

  it('gets ten codes a day', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await ask(noDocument);
      if (turn % 4 === 3) await idp.age(61);
    }
    expect(await codesTo(phone)).toBe(10);
  });

  it('gets none for a wrong document', async () => {
    for (let turn = 0; turn < 5; turn += 1) await ask(snilsOf(citizen('ivan')));
    expect(await messages()).toEqual([]);
  });

  it('has no warning that is lost on the person: the code before is void, and the next hour brings another', async () => {
    for (let turn = 0; turn < 3; turn += 1) await ask(snilsOf(anna));
    const { agent, page } = await ask(snilsOf(anna));
    expect((await agent.submit(page, { code: await lastCodeTo(idp, phone) })).status).toBe(422);
    await idp.age(61);
    const fresh = await ask(snilsOf(anna));
    const right = await fresh.agent.submit(fresh.page, { code: await lastCodeTo(idp, phone) });
    expect(titleOf(right)).toContain('New password');
  });
});

describe('the same browser', () => {
  it('gets another code after a minute and no sooner', async () => {
    const { agent, page } = await ask(snilsOf(anna));
    await agent.submit(page, { action: 'resend' });
    expect(await codesTo(phone)).toBe(1);
    await idp.age(1.1);
    await agent.submit(page, { action: 'resend' });
    expect(await codesTo(phone)).toBe(2);
  });

  it('gets one at the other contact at once, where messages do not arrive', async () => {
    const { agent } = await ask(snilsOf(anna));
    await allAreSent(idp);
    await breakChannel(idp, 'sms');
    const page = await agent.open('/recovery/code');
    expect(wordsOf(page)).toContain('Send the code to the e-mail');
    const other = await agent.submit(page, { action: 'other' });
    const right = await agent.submit(other, { code: await lastCodeTo(idp, String(anna.email)) });
    expect(titleOf(right)).toContain('New password');
  });
});
