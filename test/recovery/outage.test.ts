// SMS do not arrive: the page says so and offers the e-mail, and nothing is lost.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { until } from '../support/ledger.ts';
import { startMailPeer, type MailPeer } from '../support/mail-peer.ts';
import { allAreSent, hasFailed } from '../support/messages.ts';
import { codeIn, forgetSends } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { noDocument, recoverUpTo, setPassword, snilsOf } from '../support/recovery.ts';
import { startSmsGateway, type SmsGatewayPeer } from '../support/sms-gateway-peer.ts';

const anna = citizen('anna');
let idp: TestCivicId;
let gateway: SmsGatewayPeer;
let mail: MailPeer;
const start = async (sms: Partial<typeof limits.sms> = {}): Promise<void> => {
  idp = await startCivicId({
    limits: { sms: { ...limits.sms, ...sms } },
    channels: { sms: gateway.channel(), email: { url: mail.url, from: 'no-reply@id.example.org', timeoutSeconds: 1 } },
  });
};
beforeEach(async () => {
  [gateway, mail] = await Promise.all([startSmsGateway(), startMailPeer()]);
});
afterEach(async () => {
  await idp.stop();
  await Promise.all([gateway.close(), mail.close()]);
});

const codeByMail = async (): Promise<string> => {
  const codes = () =>
    mail.received.map(({ mail: { text } }) => /: (\d{6})\n/.exec(text ?? '')?.[1] ?? '').filter(Boolean);
  await until(() => codes().length > 0);
  return codes().at(-1) ?? '';
};

it.each([500, 'hangs up'] as const)(
  'a gateway that answers with %s: the page says so, and the code comes by e-mail',
  async (mood) => {
    await start();
    gateway.behave(mood);
    const { agent } = await recoverUpTo(idp, anna, 'code');
    await hasFailed(idp, 1);
    const page = await agent.open('/recovery/code');
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain('Send the code to the e-mail');
    const other = await agent.submit(page, { action: 'other' });
    expect(wordsOf(other)).toContain('we have sent a code to the e-mail in the account');
    const password = await agent.submit(other, { code: await codeByMail() });
    expect(titleOf(await setPassword(agent, password))).toContain('The new password works');
  },
);

it('a gateway that comes back: the code that waited arrives and is good', async () => {
  await start();
  gateway.behave(500);
  const { agent, page } = await recoverUpTo(idp, anna, 'code');
  await hasFailed(idp, 1);
  gateway.behave(202);
  await idp.age(1.1);
  await allAreSent(idp);
  const texts = gateway.textsTo(String(anna.phone));
  const code = /(?:^|\D)(\d{6})(?:\D|$)/.exec(texts.at(-1) ?? '')?.[1] ?? codeIn(texts.at(-1));
  expect(titleOf(await agent.submit(page, { code }))).toContain('New password');
});

describe('the breaker that stops SMS nobody uses', () => {
  it('is not closed for everybody by recoveries that no message went for', async () => {
    await start({ breaker: { sent: 5, usedShare: 0.2 } });
    for (let turn = 0; turn < 6; turn += 1)
      await recoverUpTo(idp, { ...anna, phone: `+7900555000${turn}` }, 'code', { document: noDocument });
    for (let turn = 0; turn < 2; turn += 1)
      await recoverUpTo(idp, anna, 'code', { document: snilsOf(citizen('ivan')) });
    await forgetSends(idp);
    const { page } = await recoverUpTo(idp, anna, 'code');
    expect(wordsOf(page)).not.toContain('too many are being asked for now');
    await until(() => gateway.textsTo(String(anna.phone)).length === 1);
  });

  it('is closed by those that went and were not used; the page says so and offers the e-mail', async () => {
    await start({ breaker: { sent: 3, usedShare: 0.2 } });
    for (let turn = 0; turn < 3; turn += 1) await recoverUpTo(idp, anna, 'code');
    const { page } = await recoverUpTo(idp, anna, 'code');
    expect(wordsOf(page)).toContain('too many are being asked for now');
    const { agent, page: byMail } = await recoverUpTo(idp, anna, 'code', { contact: String(anna.email) });
    expect(titleOf(await agent.submit(byMail, { code: await codeByMail() }))).toContain('New password');
  });
});

it('a warning that waits for the gateway is not lost to whoever goes on asking', async () => {
  await start({ breaker: { sent: 100, usedShare: 0 } });
  gateway.behave(500);
  const { agent } = await recoverUpTo(idp, anna, 'code');
  for (let turn = 0; turn < 6; turn += 1) await agent.submit(await agent.open('/recovery/document'), snilsOf(anna));
  await hasFailed(idp, 1);
  gateway.requests.length = 0;
  gateway.behave(202);
  await idp.age(2);
  await allAreSent(idp);
  expect(gateway.textsTo(String(anna.phone))).toEqual([expect.stringContaining('много раз')]);
});
