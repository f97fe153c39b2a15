import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { linkIn } from '../support/not-me.ts';
import { forgetSends, lastCodeTo, readOutbox, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());
beforeEach(async () => {
  await forgetSends(idp);
  await nativeCollection(idp.connection, 'messages').deleteMany({});
});

const change = async (id: string, $set: Record<string, unknown>): Promise<void> => {
  await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne({ _id: id }, { $set });
};
const signIn = async (id: string, to: string, agent = createBrowserAgent(idp.issuer)) => {
  const { page } = await typePassword(idp, citizen(id), { agent, parameters: { prompt: 'login' } });
  const answer = await agent.submit(page, { code: await lastCodeTo(idp, to), remember_browser: 'yes' });
  expect(answer.isElsewhere).toBe(true);
  return agent;
};
const notices = async () => (await readOutbox(idp)).filter(({ purpose }) => purpose === 'notice');

describe('a sign-in on a new device is told', () => {
  it.each([
    {
      id: 'anna',
      to: '+79000000001',
      subject: 'Новый вход в Civic ID',
      sms: /^Civic ID: вход с .*\. Не вы\?/,
    },
    {
      id: 'emily',
      to: '+79000000003',
      subject: 'A new sign-in to Civic ID',
      sms: /^Civic ID: sign-in on a new device \(/,
    },
    {
      id: 'joao',
      to: '+79000000004',
      subject: 'Nova entrada em Civic ID',
      sms: /^Civic ID: entrada nova, /,
    },
  ])(
    'to $id on every contact, in their language, with the way to say that it was not them',
    async ({ id, to, subject, sms }) => {
      await signIn(id, to);
      const told = await notices();
      expect(told.map((entry) => entry.to).sort()).toEqual([to, String(citizen(id).email)]);
      const bySms = told.find(({ channel }) => channel === 'sms');
      const byMail = told.find(({ channel }) => channel === 'email');
      expect(bySms).toMatchObject({ subject: null, code: null, text: expect.stringMatching(sms) });
      expect(byMail).toMatchObject({ subject, code: null });
      const links = told.map(({ text }) => linkIn(text));
      expect(links).toEqual([links[0], links[0]]); // one link, whichever message it is taken from
      expect(links[0]?.startsWith(`${idp.issuer.origin}/not-me/`)).toBe(true);
      expect(byMail?.text).toContain('8 800 000-00-00');
    },
  );

  it('with the time as the person’s clock shows it', async () => {
    await signIn('olga', '+79000000005'); // Yekaterinburg
    const clock = new Intl.DateTimeFormat('ru', { timeStyle: 'short', timeZone: 'Asia/Yekaterinburg' });
    const letter = (await notices()).find(({ channel }) => channel === 'email')?.text ?? '';
    const lastMinute = new Date(Date.now() - 60_000);
    const times = [clock.format(), clock.format(lastMinute)].map((time) => `${time} GMT+5`);
    expect(times.some((time) => letter.includes(time))).toBe(true);
  });

  it.each([
    { what: 'a language that we do not speak', profile: { 'profile.locale': 'de' } },
    { what: 'a language that is none', profile: { 'profile.locale': 'xx_not a language' } },
    { what: 'a time zone that is none', profile: { 'profile.zoneinfo': 'Mars/Olympus Mons' } },
  ])('also where the profile holds $what', async ({ profile }) => {
    await change('sandbox-dmitry', profile);
    await signIn('dmitry', '+79000000006');
    expect((await notices()).map(({ text }) => /Вход|вошли|вход/.test(text))).toEqual([true, true]);
  });

  it('on confirmed contacts alone', async () => {
    await change('sandbox-ivan', { 'email.confirmedAt': null });
    await signIn('ivan', '+79000000002');
    expect((await notices()).map(({ to }) => to)).toEqual(['+79000000002']);
  });

  it('by no SMS to a country that none may go to', async () => {
    await change('sandbox-emily', { 'phone.value': '+12025550123' });
    await signIn('emily', String(citizen('emily').email));
    expect((await notices()).map(({ to }) => to)).toEqual([citizen('emily').email]);
  });

  it('not again by a browser that is remembered', async () => {
    const agent = await signIn('maria', 'maria@example.org');
    await nativeCollection(idp.connection, 'messages').deleteMany({});
    const { page } = await typePassword(idp, citizen('maria'), { agent, parameters: { prompt: 'login' } });
    expect(page.isElsewhere).toBe(true);
    expect(await readOutbox(idp)).toEqual([]);
  });

  it('not before the code was right', async () => {
    const { agent, page } = await typePassword(idp, citizen('anna'));
    await agent.submit(page, { code: '000000' });
    expect(await notices()).toEqual([]);
  });

  it('together with the journal, or not at all', async () => {
    const journal = nativeCollection(idp.connection, 'journal');
    await journal.deleteMany({});
    await signIn('anna', '+79000000001');
    expect(await journal.countDocuments({ type: 'sign-in' })).toBe(1);
    expect(await notices()).toHaveLength(2);
  });
});
