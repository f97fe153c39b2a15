// What a stranger asks for in somebody's name takes nothing from them and shows nothing of them.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo, readOutbox, typePassword } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen } from '../support/people.ts';
import { answerUpTo, rosa, rosasEmail } from '../support/registration.ts';

const anna = citizen('anna');
const phone = String(anna.phone);
let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterEach(() => idp.stop());

const askFor = (contact: string) => {
  const agent = createBrowserAgent(idp.issuer);
  return answerUpTo(idp, 'code', { agent, contact }).then((page) => ({ agent, page }));
};

it('the owner of a contact gets a code to sign in, however many registrations ask for it', async () => {
  for (let times = 0; times < 4; times += 1) {
    const { agent, page } = await askFor(phone);
    await idp.age(1.1);
    await agent.submit(page, { action: 'resend' });
  }
  const { page } = await typePassword(idp, anna);
  expect(titleOf(page)).toContain('Confirm that it is you');
  expect(await lastCodeTo(idp, phone)).toMatch(/^\d{6}$/);
});

it('no more than five messages go to one contact in a day, whoever asks and however', async () => {
  for (let times = 0; times < 6; times += 1) {
    const { agent, page } = await askFor(rosasEmail);
    await idp.age(16);
    await agent.submit(page, { action: 'resend' });
    await idp.age(16);
  }
  expect((await readOutbox(idp)).filter(({ to }) => to === rosasEmail)).toHaveLength(5);
});

it('the time until the next code says nothing of what others do: not even that the owner signs in', async () => {
  const { agent } = await askFor(phone);
  await idp.age(1.1);
  const before = (await agent.open('/registration/code')).html;
  await typePassword(idp, anna);
  const after = (await agent.open('/registration/code')).html;
  expect(after.includes('class="countdown"')).toBe(false);
  expect(before.includes('class="countdown"')).toBe(false);
});

it('one registration tries five contacts and no sixth', async () => {
  const agent = createBrowserAgent(idp.issuer);
  await answerUpTo(idp, 'contact', { agent });
  for (let times = 0; times < 5; times += 1)
    await agent.submit(await agent.open('/registration/contact'), { contact: `rosa.${times}@example.org` });
  const sixth = await agent.submit(await agent.open('/registration/contact'), { contact: rosasEmail });
  expect(sixth.status).toBe(422);
  expect(sixth.html).toContain('five contacts already');
});

it('codes for one contact are compared fifteen times a day, over all registrations', async () => {
  const wrong = async () => {
    const { agent, page } = await askFor(rosasEmail);
    for (let tries = 0; tries < 5; tries += 1) await agent.submit(page, { code: '000000' });
    await idp.age(16);
  };
  for (let times = 0; times < 4; times += 1) await wrong();
  const events = nativeCollection(idp.connection, 'journal');
  expect(await events.countDocuments({ type: 'code-wrong' })).toBe(15);
});

it('where the person came from is kept when they change the language on the first page', async () => {
  const agent = createBrowserAgent(idp.issuer);
  const request = await (await newService(idp)).begin();
  const link = /href="(\/registration\?from=[^"]*)"/.exec((await agent.open(request.url)).html)?.[1] ?? '';
  const russian = await agent.submitTo(/redraw_in=ru$/, await agent.open(link), rosa);
  expect(russian.html).toContain('value="Ветрова"');
  expect(russian.html).toContain(`name="from" value="${link.split('=')[1] ?? ''}"`);
});

it('SMS of registrations have a budget and a breaker of their own: codes to sign in still go', async () => {
  await idp.stop();
  const sms = { ...limits.sms, breaker: { sent: 3, usedShare: 0.2 } };
  const gateway = { url: 'http://127.0.0.1:9', method: 'POST', headers: {}, body: '{}', timeoutSeconds: 1 } as const;
  idp = await startCivicId({ newDeviceCodes: true, limits: { sms }, channels: { sms: gateway } });
  const sent = async () => (await readOutbox(idp)).filter(({ channel }) => channel === 'sms').map(({ to }) => to);

  const strangers = ['+79161110001', '+79162220002', '+79163330003', '+79164440004'];
  for (const contact of strangers) await askFor(contact);
  expect((await sent()).sort()).toEqual(strangers.slice(0, 3)); // the fourth met the breaker

  const { page } = await typePassword(idp, anna);
  expect(titleOf(page)).toContain('Confirm that it is you');
  expect(await sent()).toContain(phone);
});
