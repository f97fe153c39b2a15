import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBareBrowser, pathOf, readBareForm } from '../support/bare-http.ts';
import { createBrowserAgent, titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { forgetSends, lastCodeTo, readOutbox, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());
beforeEach(() => forgetSends(idp));

const anna = citizen('anna');
const annasPhone = String(anna.phone);

/** Changes a citizen behind the product's back; put right again by what is returned. */
const change = async (id: string, $set: Record<string, unknown>): Promise<() => Promise<void>> => {
  const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
  const before = await accounts.findOne({ _id: id });
  await accounts.updateOne({ _id: id }, { $set });
  return async () => {
    if (before !== null) await accounts.replaceOne({ _id: id }, before);
  };
};

describe('a first sign-in on a new device', () => {
  it('asks for a code by SMS, shows the number masked, and signs in with amr pwd and sms', async () => {
    const { agent, request, page } = await typePassword(idp, anna);
    expect(titleOf(page)).toContain('Confirm that it is you');
    expect(wordsOf(page)).toContain('+7 ••• •••-00-01');
    expect(page.html).not.toMatch(/79000000001|anna@/);

    const callback = await agent.submit(page, { code: await lastCodeTo(idp, annasPhone) });
    const claims = (await request.finish(callback.url)).claims();
    expect(claims).toMatchObject({ amr: ['pwd', 'sms'], acr: 'urn:civic-id:acr:password' });
  });

  it('asks by e-mail where there is no phone, and that is no second factor', async () => {
    const { agent, request, page } = await typePassword(idp, citizen('maria'));
    expect(wordsOf(page)).toContain('We sent a code to m•••a@example.org');
    expect(page.html).not.toContain('value="other"');
    const callback = await agent.submit(page, { code: await lastCodeTo(idp, 'maria@example.org') });
    expect((await request.finish(callback.url)).claims()).toMatchObject({ amr: ['pwd'] });
  });

  it.each([
    ['is of a country that SMS do not go to', { 'phone.value': '+375291234567' }],
    ['was never confirmed', { 'phone.confirmedAt': null }],
  ])('asks by e-mail where the phone %s', async (_what, contact) => {
    const undo = await change('sandbox-emily', contact);
    const { page } = await typePassword(idp, citizen('emily'));
    await undo();
    expect(wordsOf(page)).toContain('e•••y@example.org');
    expect(page.html).not.toContain('value="other"');
  });

  it('asks nothing of somebody who has no confirmed contact at all', async () => {
    const undo = await change('sandbox-emily', { 'phone.confirmedAt': null, 'email.confirmedAt': null });
    const { page } = await typePassword(idp, citizen('emily'));
    await undo();
    expect(page.isElsewhere).toBe(true);
  });

  it('lets nobody choose the mailbox while SMS arrive', async () => {
    const { agent, page } = await typePassword(idp, anna);
    expect(page.html).not.toContain('value="other"');
    await idp.age(1.1);
    expect(wordsOf(await agent.submit(page, { action: 'other' }))).toContain('by SMS to +7');
  });

  it('says in auth_time when the password was given, not the code', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { agent, request, page } = await typePassword(idp, anna, { parameters: { max_age: '3600' } });
    await idp.age(9);
    const callback = await agent.submit(page, { code: await lastCodeTo(idp, annasPhone) });
    const { auth_time: authTime = 0 } = (await request.finish(callback.url)).claims() ?? {};
    expect(authTime - before).toBeLessThan(5 * 60); // nine minutes have passed meanwhile
  });

  it('can be called off, and the service learns only that', async () => {
    const { agent, page } = await typePassword(idp, anna);
    const answer = await agent.submit(page, { action: 'cancel' });
    expect(new URL(answer.url).searchParams.get('error')).toBe('access_denied');
  });

  it('is remembered in the journal: code sent, code wrong, signed in', async () => {
    const journal = nativeCollection(idp.connection, 'journal');
    await journal.deleteMany({});
    const { agent, service, page } = await typePassword(idp, anna);
    const wrong = await agent.submit(page, { code: '000000' });
    await agent.submit(wrong, { code: await lastCodeTo(idp, annasPhone) });
    const events = await journal.find().sort({ at: 1 }).toArray();
    expect(events.map(({ type }) => String(type))).toEqual(['code-sent', 'code-wrong', 'sign-in']);
    for (const event of events)
      expect(event).toMatchObject({ accountId: 'sandbox-anna', clientId: service.metadata.client_id });
  });
});

describe('before the password was right', () => {
  it('nothing is said of contacts, nothing is sent, and there is no journey to go on with', async () => {
    const before = (await readOutbox(idp)).length;
    const { agent, page } = await typePassword(idp, { ...anna, password: 'not hers' });
    expect(titleOf(page)).toContain('Sign in');
    expect(wordsOf(page)).not.toMatch(/•••|00-01|code by|SMS/);
    expect(agent.cookieFor(page.url)).not.toContain('civic_flow');
    expect(await readOutbox(idp)).toHaveLength(before);

    const skipped = await agent.open(page.url.replace('/sign-in', '/code'));
    expect(titleOf(skipped)).toContain('Sign in');
  });
});

describe('somebody whose account changes in between', () => {
  const give = async (changes: Record<string, unknown>) => {
    const { agent, page } = await typePassword(idp, anna);
    const code = await lastCodeTo(idp, annasPhone);
    const undo = await change('sandbox-anna', changes);
    const [shown, answer] = [await agent.open(page.url), await agent.submit(page, { code })];
    await undo();
    return [shown, answer];
  };

  it('does not get in when the account is disabled: the sign-in begins again', async () => {
    for (const page of await give({ state: 'disabled' })) expect(titleOf(page)).toContain('Sign in');
  });

  it('does not get in with a password that is no longer the right one', async () => {
    const inAMoment = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    for (const page of await give({ sessionsValidFrom: inAMoment })) expect(titleOf(page)).toContain('Sign in');
  });
});

describe('another browser', () => {
  it('sees nothing and gives no code, with the address alone', async () => {
    const { page } = await typePassword(idp, anna);
    const stranger = createBrowserAgent(idp.issuer);
    expect((await stranger.open(page.url)).status).toBe(400);
  });

  it('sees nothing and gives no code, with the interaction but without the journey, or with a journey of its own', async () => {
    const open = async () => {
      const bare = createBareBrowser(idp.issuer);
      const { action, csrf } = readBareForm(
        await bare.follow({ path: pathOf((await (await newService(idp)).begin()).url) }),
      );
      const post = (path: string, fields: Record<string, string>) =>
        bare.follow({ method: 'POST', path, body: new URLSearchParams({ csrf, ...fields }).toString() });
      const page = await post(action, { identifier: annasPhone, password: anna.password });
      return { bare, page };
    };
    const victim = await open();
    const { action } = readBareForm(victim.page);
    const code = await lastCodeTo(idp, annasPhone);
    await forgetSends(idp);
    const { civic_flow: foreign = '' } = (await open()).bare.cookies();

    for (const flow of ['', foreign, 'A'.repeat(32)]) {
      const thief = createBareBrowser(idp.issuer, { ...victim.bare.cookies(), civic_flow: flow });
      const shown = await thief.follow({ path: action });
      expect(shown.body).toContain('<h1>Sign in</h1>');
      expect(shown.body).not.toContain('•••');
      const body = new URLSearchParams({ csrf: readBareForm(shown).csrf, code }).toString();
      expect((await thief.follow({ method: 'POST', path: action, body })).body).toContain('<h1>Sign in</h1>');
    }
  });
});

describe('NEW_DEVICE_CODES=off', () => {
  it('asks for no code and tells nobody', async () => {
    const plain = await startCivicId({ newDeviceCodes: false });
    const { request, page } = await typePassword(plain, anna);
    expect((await request.finish(page.url)).claims()).toMatchObject({ amr: ['pwd'] });
    expect(await readOutbox(plain)).toEqual([]);
    await plain.stop();
  });
});
