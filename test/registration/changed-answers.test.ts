// A password that was judged beside one name is not kept beside another that it may be made of.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { race } from '../support/race.ts';
import { answerUpTo, givePassword, rosa, rosasEmail } from '../support/registration.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());

let agent: BrowserAgent;
let person = 0;
beforeEach(async () => {
  person += 1;
  await forgetSends(idp);
  agent = createBrowserAgent(idp.issuer);
  await answerUpTo(idp, 'check', { agent, contact: `+7916123000${person}` });
});
const isAskedAgain = 'Your name or contact has changed, so choose your password once more';
const rename = async (name: Record<string, string>) => agent.submit(await agent.open('/registration'), name);

it('another name asks for the password once more and says why; the same one may be taken again', async () => {
  const asked = await rename({ ...rosa, given_name: 'Розалия' });
  expect(titleOf(asked)).toContain('Choose a password');
  expect(wordsOf(asked)).toContain(isAskedAgain);

  const check = await givePassword(agent, asked);
  expect(titleOf(check)).toContain('Check your answers');
  expect(wordsOf(check)).toContain('Ветрова Розалия');
  expect(wordsOf(await agent.open('/registration/password'))).not.toContain(isAskedAgain);
  expect(titleOf(await agent.submit(check, { terms: 'yes' }))).toContain('Your account is ready');
});

const roses = { family_name: 'Reason', given_name: 'Roses', middle_name: 'Need' };
const madeOfRoses = 'roses-need-reason';

it('refuses a password that is made of the name which was given after it', async () => {
  const refused = await givePassword(agent, await rename(roses), madeOfRoses);
  expect(refused.status).toBe(422);
  expect(wordsOf(refused)).toContain('little more than your name');
  expect(wordsOf(refused)).toContain(isAskedAgain);
});

it('makes no account past the question: neither by its address nor by the form that was open before', async () => {
  const openBefore = await agent.open('/registration/check');
  await rename({ ...rosa, given_name: 'Розалия' });
  expect((await agent.open('/registration/check')).url).toMatch(/\/registration\/password$/);
  expect((await agent.submit(openBefore, { terms: 'yes' })).url).toMatch(/\/registration\/password$/);
});

it('another phone or e-mail asks for it after the code', async () => {
  const code = await agent.submit(await agent.open('/registration/contact'), { contact: rosasEmail });
  const asked = await agent.submit(code, { code: await lastCodeTo(idp, rosasEmail) });
  expect(wordsOf(asked)).toContain(isAskedAgain);
  expect((await givePassword(agent, asked, 'rosa@example.org')).status).toBe(422);
  expect(titleOf(await givePassword(agent, asked))).toContain('Check your answers');
});

it('keeps the password where nothing has changed: the page was looked at, and the same name sent', async () => {
  expect(titleOf(await rename(rosa))).toContain('Check your answers');
  expect(titleOf(await rename({ ...rosa, family_name: '  Ветрова ' }))).toContain('Check your answers');
});

it('never stands beside a name that it is made of, whichever of the two comes first', async () => {
  const [page, named] = [await agent.open('/registration/password'), await agent.open('/registration')];
  const { lost } = await race(20, (index) =>
    index === 10 ? agent.submit(named, roses) : givePassword(agent, page, madeOfRoses),
  );
  expect(lost).toEqual([]);
  expect((await agent.open('/registration')).html).toContain('value="Roses"');
  expect((await agent.open('/registration/check')).url).toMatch(/\/registration\/password$/);
});

it('a press that came twice loses nothing that was given', async () => {
  const named = await agent.open('/registration');
  const { lost } = await race(5, () => agent.submit(named, { ...rosa, given_name: 'Розалия' }));
  expect(lost).toEqual([]);
  expect(titleOf(await givePassword(agent, await agent.open('/registration/password')))).toContain(
    'Check your answers',
  );
});
