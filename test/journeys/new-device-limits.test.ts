import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  forgetSends,
  lastCodeTo,
  otherThan,
  readOutbox,
  typePassword,
  type NewDeviceVisit,
} from '../support/new-device.ts';
import { citizen } from '../support/people.ts';
import { race, tally } from '../support/race.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());
beforeEach(() => forgetSends(idp));
afterEach(() => nativeCollection(idp.connection, 'attempts').deleteMany({}));

const anna = citizen('anna');
const annasPhone = String(anna.phone);
const codesTo = async (to: string): Promise<string[]> =>
  (await readOutbox(idp)).flatMap((entry) => (entry.to === to && entry.code !== null ? [entry.code] : []));

/** Five wrong codes in one sign-in; ends on what comes then. */
const guessFiveTimes = async (): Promise<NewDeviceVisit & { end: PageView; code: string }> => {
  await forgetSends(idp);
  const visit = await typePassword(idp, anna);
  const code = await lastCodeTo(idp, annasPhone);
  let end = visit.page;
  for (let tries = 0; tries < 5; tries += 1) end = await visit.agent.submit(visit.page, { code: otherThan(code) });
  return { ...visit, end, code };
};

describe('a wrong code', () => {
  it('is told with the tries that are left, keeps the tick, and costs nothing where it cannot be a code', async () => {
    const { agent, page } = await typePassword(idp, anna);
    const code = await lastCodeTo(idp, annasPhone);
    const wrong = await agent.submit(page, { code: otherThan(code), remember_browser: 'yes' });
    expect(wrong.status).toBe(422);
    expect(wordsOf(wrong)).toContain('Wrong code. You have 4 tries left.');
    expect(wrong.html).toMatch(/name="remember_browser"[^>]* checked/);

    for (const typed of ['', '12345', 'abcdef', '1234567']) {
      const malformed = await agent.submit(page, { code: typed });
      expect(malformed.status).toBe(422);
      expect(wordsOf(malformed)).toContain('Enter the 6 digits from the message');
      expect(malformed.html).not.toMatch(/name="remember_browser"[^>]* checked/);
    }
    expect(wordsOf(await agent.submit(page, { code: otherThan(code) }))).toContain('You have 3 tries left.');
    expect((await agent.submit(page, { code })).isElsewhere).toBe(true);
  });

  it('five times ends this sign-in: not even the right one is taken, and no new one is sent', async () => {
    const { agent, page, end, code } = await guessFiveTimes();
    expect(titleOf(end)).toContain('Too many wrong codes');
    expect(end.html).not.toContain('name="code"');
    expect(titleOf(await agent.open(page.url))).toContain('Too many wrong codes'); // and a refresh changes nothing

    const sent = await codesTo(annasPhone);
    for (const fields of [{ code }, { action: 'resend' }, { action: 'other' }])
      expect(titleOf(await agent.submit(page, fields))).toContain('Too many wrong codes');
    expect(await codesTo(annasPhone)).toEqual(sent);
  });

  it('five times can be followed by a new sign-in, in the same place', async () => {
    const { agent, request, end } = await guessFiveTimes();
    await forgetSends(idp);
    const again = /class="button main" href="([^"]+)"/.exec(end.html)?.[1] ?? '';
    const signIn = await agent.open(again);
    const asked = await agent.submit(signIn, { identifier: annasPhone, password: anna.password });
    const callback = await agent.submit(asked, { code: await lastCodeTo(idp, annasPhone) });
    await request.finish(callback.url);
  });

  it('fifteen times in a day closes the way for new browsers, and for them alone', async () => {
    const known = await typePassword(idp, anna);
    await known.agent.submit(known.page, { code: await lastCodeTo(idp, annasPhone), remember_browser: 'yes' });

    await guessFiveTimes();
    await guessFiveTimes();
    const { agent, page, end, code } = await guessFiveTimes();
    expect(titleOf(end)).toContain('We are not accepting codes right now');
    expect(wordsOf(end)).toContain('for another 24 hours');
    expect(wordsOf(end)).toContain('8 800 000-00-00');
    expect(titleOf(await agent.submit(page, { code }))).toContain('We are not accepting codes right now');

    await forgetSends(idp);
    const sent = await codesTo(annasPhone);
    const late = await typePassword(idp, anna);
    expect(titleOf(late.page)).toContain('We are not accepting codes right now');
    expect(await codesTo(annasPhone)).toEqual(sent); // nothing is sent that could not be used
    const called = await late.agent.submit(late.page, { action: 'cancel' });
    expect(new URL(called.url).searchParams.get('error')).toBe('access_denied');

    expect(
      (await typePassword(idp, anna, { agent: known.agent, parameters: { prompt: 'login' } })).page.isElsewhere,
    ).toBe(true);
    const ivan = await typePassword(idp, citizen('ivan'));
    expect(titleOf(ivan.page)).toContain('Confirm that it is you');

    await idp.age(24 * 60 + 1);
    const open = await typePassword(idp, anna);
    expect((await open.agent.submit(open.page, { code: await lastCodeTo(idp, annasPhone) })).isElsewhere).toBe(true);
  });

  it('is compared fifteen times a day and no more, however the tries are spread over sign-ins and moments', async () => {
    const visits: NewDeviceVisit[] = [];
    for (let count = 0; count < 5; count += 1) {
      await forgetSends(idp);
      visits.push(await typePassword(idp, anna));
    }
    const journal = nativeCollection(idp.connection, 'journal');
    await journal.deleteMany({});
    await race(50, async (index) => {
      const visit = visits[index % visits.length];
      await visit?.agent.submit(visit.page, { code: '999999' });
    });
    expect(await journal.countDocuments({ type: 'code-wrong' })).toBe(15);
  });
});

describe('a new code', () => {
  it('can be asked for after a minute; until then it is told how long', async () => {
    const before = await nativeCollection(idp.connection, 'journal').countDocuments({ type: 'code-sent' });
    const { agent, page } = await typePassword(idp, anna);
    const first = await lastCodeTo(idp, annasPhone);
    const told = await agent.submit(page, { action: 'resend' });
    expect(told.status).toBe(422);
    expect(wordsOf(told)).toMatch(/You can ask for a new code in (\d\d seconds|1 minute) ?\./);
    expect(await lastCodeTo(idp, annasPhone)).toBe(first);

    await idp.age(1.02);
    const resent = await agent.submit(page, { action: 'resend' });
    expect(resent.status).toBe(200);
    expect(wordsOf(resent)).toContain('The previous one is no longer good.');
    const second = await lastCodeTo(idp, annasPhone);
    expect((await agent.submit(page, { code: first })).status).toBe(second === first ? 303 : 422);
    expect((await agent.submit(page, { code: second })).isElsewhere).toBe(true);
    expect(await nativeCollection(idp.connection, 'journal').countDocuments({ type: 'code-sent' })).toBe(before + 2);
  });

  it('helps whose code has expired', async () => {
    const { agent, page } = await typePassword(idp, anna);
    const code = await lastCodeTo(idp, annasPhone);
    await idp.age(10.02);
    const late = await agent.submit(page, { code });
    expect(late.status).toBe(422);
    expect(wordsOf(late)).toContain('This code is no longer good. Press “Send the code again”.');

    await agent.submit(page, { action: 'resend' });
    expect((await agent.submit(page, { code: await lastCodeTo(idp, annasPhone) })).isElsewhere).toBe(true);
  });

  it('is told at the sign-in page to be too early, whoever signs in again within the minute', async () => {
    await typePassword(idp, anna);
    const { page } = await typePassword(idp, anna);
    expect(page.status).toBe(422);
    expect(wordsOf(page)).toMatch(/You can get a new one in (\d\d seconds|1 minute)/);
  });

  it('goes once when twenty are asked for in the same moment', async () => {
    const { agent, page } = await typePassword(idp, anna);
    await idp.age(1.02);
    const before = await codesTo(annasPhone);
    await race(20, () => agent.submit(page, { action: 'resend' }));
    expect((await codesTo(annasPhone)).length - before.length).toBe(1);
  });
});

describe('codes that nobody enters', () => {
  const messages = () => nativeCollection(idp.connection, 'messages');
  const warnings = async () => (await readOutbox(idp)).filter(({ purpose }) => purpose === 'notice');

  it('go out three times an hour; then the person is told, once and on every contact', async () => {
    await messages().deleteMany({});
    for (let begun = 0; begun < 3; begun += 1) {
      expect(titleOf((await typePassword(idp, anna)).page)).toContain('Confirm that it is you');
      await idp.age(6);
    }
    expect(await codesTo(annasPhone)).toHaveLength(3);
    expect(await warnings()).toEqual([]);
    const journal = nativeCollection(idp.connection, 'journal');
    await journal.deleteMany({});

    for (let begun = 0; begun < 2; begun += 1) {
      const { page } = await typePassword(idp, anna);
      expect(page.status).toBe(422);
      expect(wordsOf(page)).toContain('minutes');
    }
    expect(await codesTo(annasPhone)).toHaveLength(3);
    expect((await journal.find().toArray()).map(({ type }) => String(type))).toEqual([
      'code-withheld',
      'code-withheld',
    ]);
    const told = await warnings();
    expect(told.map(({ to }) => to).sort()).toEqual([annasPhone, String(anna.email)]);
    for (const { text } of told) expect(text).toMatch(/ваш пароль[^]*\/not-me\/[\w-]{22}/);
  });

  it('are forgotten when one is entered', async () => {
    for (let begun = 0; begun < 4; begun += 1) {
      const { agent, page } = await typePassword(idp, anna);
      expect((await agent.submit(page, { code: await lastCodeTo(idp, annasPhone) })).isElsewhere).toBe(true);
      await idp.age(13);
    }
  });
});

describe('the right code', () => {
  it('signs in one of twenty that come in the same moment', async () => {
    const { agent, page } = await typePassword(idp, anna);
    const code = await lastCodeTo(idp, annasPhone);
    const { won } = await race(20, () => agent.submit(page, { code }));
    expect(tally(won.map(({ isElsewhere, url }) => String(isElsewhere && url.includes('code=')))).true).toBe(1);
  });
});
