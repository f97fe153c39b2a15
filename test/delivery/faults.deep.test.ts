import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent, anEmail, anSms, aWhile, hasFailed, rawMessages, writeMessage } from '../support/messages.ts';
import { codeIn, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const anna = citizen('anna');
const annasPhone = String(anna.phone);
const secondsBetween = (from: Date | undefined, to: Date | undefined): number => (Number(to) - Number(from)) / 1000;

let idp: TestCivicId;
let gateway: SmsGatewayPeer;
let mail: MailPeer;
beforeEach(async () => {
  [gateway, mail] = await Promise.all([startSmsGateway(), startMailPeer()]);
  const email = { url: mail.url, from: 'no-reply@id.example.org', timeoutSeconds: 1 };
  idp = await startCivicId({ newDeviceCodes: true, isProduction: true, channels: { sms: gateway.channel(), email } });
});
afterEach(async () => {
  await idp.stop();
  await Promise.all([gateway.close(), mail.close()]);
});

const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const startedAt = performance.now();
  return [await work(), performance.now() - startedAt];
};

describe('a gateway in order', () => {
  it('gets one SMS for one code', async () => {
    const { agent, request, page } = await typePassword(idp, anna);
    await allAreSent(idp);
    await aWhile();
    expect(gateway.requests).toHaveLength(1);

    const callback = await agent.submit(page, { code: codeIn(gateway.textsTo(annasPhone)[0]) });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ amr: ['pwd', 'sms'] });
  });
});

describe.each([
  { fault: 'answers 500', behave: async () => gateway.behave(500) },
  { fault: 'is 30 seconds slow', behave: async () => gateway.behave('sleeps') },
  { fault: 'takes the message and hangs up', behave: async () => gateway.behave('hangs up') },
  { fault: 'cannot be reached', behave: () => gateway.goAway() },
])('a gateway that $fault', ({ fault, behave }) => {
  it('holds up no page; the SMS is tried again within a minute, and the code in it is good', async () => {
    await typePassword(idp, citizen('ivan')); // warms up what a first page costs
    await allAreSent(idp);
    await behave();

    const [{ agent, request, page }, milliseconds] = await timed(() => typePassword(idp, anna));
    expect(milliseconds).toBeLessThan(1000);
    const [again, againMilliseconds] = await timed(() => agent.open(page.url));
    expect(again.status).toBe(200);
    expect(againMilliseconds).toBeLessThan(1000);

    await hasFailed(idp, 1);
    const [message] = await rawMessages(idp, { state: 'waiting' });
    expect(secondsBetween(message?.writtenAt, message?.nextTryAt)).toBeLessThan(60);

    const before = gateway.requests.length;
    gateway.behave(202);
    if (fault === 'cannot be reached') await gateway.comeBack();
    await idp.age(1);
    await allAreSent(idp);
    expect(gateway.requests.length).toBe(before + 1);

    const callback = await agent.submit(page, { code: codeIn(gateway.textsTo(annasPhone).at(-1)) });
    expect(callback.isElsewhere).toBe(true);
    await request.finish(callback.url);
  });
});

describe('what is not taken', () => {
  it('is tried later each time, an hour apart at most', async () => {
    gateway.behave(500);
    await writeMessage(idp, anSms);
    const waits: number[] = [];
    let passed = 0;
    for (let tries = 1; tries <= 9; tries += 1) {
      await hasFailed(idp, tries);
      const [message] = await rawMessages(idp);
      waits.push(Math.round(secondsBetween(new Date(Date.now() + passed), message?.nextTryAt)));
      passed += 3_600_000;
      await idp.age(60);
    }
    expect(waits).toEqual([5, 15, 30, 60, 120, 300, 900, 3600, 3600]);
  });

  it('is dropped and never sent once its code has expired, and nothing of it is left', async () => {
    gateway.behave(500);
    await typePassword(idp, anna);
    await hasFailed(idp, 1);
    gateway.behave(202);
    const tried = gateway.requests.length;
    await idp.age(11);
    await until(async () => (await rawMessages(idp))[0]?.state === 'dropped');
    await aWhile();
    expect(gateway.requests).toHaveLength(tried);
    expect(await rawMessages(idp)).toMatchObject([{ state: 'dropped', sealed: null }]);
  });
});

describe('a channel that is down', () => {
  it('is said on the page, the other one is offered and works, and the SMS of before is never sent', async () => {
    await gateway.goAway();
    const { agent, request, page } = await typePassword(idp, anna);
    await hasFailed(idp, 1);
    const told = await agent.open(page.url);
    expect(wordsOf(told)).toContain('SMS messages are delayed right now. You can get the code by e-mail.');

    const byMail = await agent.submit(told, { action: 'other' });
    expect(wordsOf(byMail)).toContain('We sent a new code to a•••a@example.org');
    expect(wordsOf(byMail)).toContain('The previous one is no longer good.');
    expect(wordsOf(byMail)).not.toContain('late');
    await until(() => mail.received.length === 1);
    await gateway.comeBack();
    await idp.age(1);
    await aWhile();
    expect(gateway.requests).toEqual([]);

    const code = /\d{6}/.exec(mail.received[0]?.mail.text ?? '')?.[0] ?? '';
    const callback = await agent.submit(byMail, { code });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it('is down no more on the page once it took something, or when nothing was tried for a while', async () => {
    gateway.behave(500);
    const { agent, page } = await typePassword(idp, anna);
    await hasFailed(idp, 1);
    expect(wordsOf(await agent.open(page.url))).toContain('delayed right now');
    gateway.behave(202);
    await idp.age(1);
    await allAreSent(idp);
    expect(wordsOf(await agent.open(page.url))).not.toContain('delayed right now');
  });

  it('holds up no other: e-mail goes while a dozen SMS wait for an answer', async () => {
    gateway.behave('sleeps');
    for (let index = 0; index < 12; index += 1) await writeMessage(idp, anSms);
    await until(() => gateway.requests.length > 0);
    const [, milliseconds] = await timed(async () => {
      await writeMessage(idp, anEmail);
      await until(() => mail.received.length === 1);
    });
    expect(milliseconds).toBeLessThan(1000);
  });

  it('does not hold up the end of the process either: what is under way is waited for, the rest stays', async () => {
    gateway.behave('sleeps');
    for (let index = 0; index < 30; index += 1) await writeMessage(idp, anSms);
    await until(() => gateway.requests.length > 0);
    const [, milliseconds] = await timed(() => idp.app.services.delivery.stop());
    expect(milliseconds).toBeLessThan(2500);
    expect(await rawMessages(idp, { state: 'waiting' })).toHaveLength(30);
  });
});
