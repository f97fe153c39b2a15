// Whoever has a rosasPhone or an e-mail opens an account, question by question, and goes on to the service they came from.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { countIn } from '../support/database.ts';
import { forgetSends, lastCodeTo, otherThan, readOutbox } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';
import {
  answerUpTo,
  givePassword,
  rosa,
  rosasEmail,
  rosasPassword,
  rosasPhone,
  type Until,
} from '../support/registration.ts';
import { nativeCollection } from '../../src/mongo/index.ts';

let idp: TestCivicId;
beforeEach(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterEach(() => idp.stop());

const give = (agent: BrowserAgent, page: PageView, fields: Record<string, string>) => agent.submit(page, fields);

/** A browser that has answered everything up to a page. */
const at = async (until: Until, options: { agent?: BrowserAgent; contact?: string; first?: string } = {}) => {
  const agent = options.agent ?? createBrowserAgent(idp.issuer);
  return { agent, page: await answerUpTo(idp, until, { ...options, agent }) };
};

const openFromService = async () => {
  const agent = createBrowserAgent(idp.issuer);
  const request = await (await newService(idp)).begin();
  const signIn = await agent.open(request.url);
  const first = /href="(\/registration\?from=[^"]*)"/.exec(signIn.html)?.[1] ?? '';
  return { agent, request, first };
};

describe('a person who comes from a service', () => {
  it.each([rosasPhone, rosasEmail])('opens an account with %s and goes on to the service', async (contact) => {
    const { agent, request, first } = await openFromService();
    const { page } = await at('done', { agent, contact, first });
    expect(titleOf(page)).toContain('Your account is ready');

    const consent = await agent.submit(page, {});
    expect(titleOf(consent)).toContain('What the service will learn about you');
    const tokens = await request.finish((await agent.submit(consent, {})).url);
    expect(tokens.claims()?.['amr']).toEqual(contact === rosasPhone ? ['pwd', 'sms'] : ['pwd']);
  });

  it('can sign in with it afterwards, in another browser', async () => {
    await at('done');
    const agent = createBrowserAgent(idp.issuer);
    const request = await (await newService(idp, { first_party: true })).begin();
    await idp.age(2);
    const code = await typeCredentials(agent, await agent.open(request.url), {
      ...citizen('anna'),
      phone: rosasPhone,
      password: rosasPassword,
    });
    await request.finish((await agent.submit(code, { code: await lastCodeTo(idp, rosasPhone) })).url);
  });

  it('goes on once: a second press leads to the sign-in page', async () => {
    const { agent, first } = await openFromService();
    const { page } = await at('done', { agent, first });
    await agent.submit(page, {});
    const again = await agent.submit(page, {});
    expect(again.isElsewhere).toBe(false);
  });
});

describe('the way', () => {
  it('makes no account before the code was right and the last button pressed', async () => {
    const before = await countIn(idp, 'accounts');
    const { agent, page } = await at('check');
    expect(await countIn(idp, 'accounts')).toBe(before);
    await give(agent, page, { terms: 'yes' });
    expect(await countIn(idp, 'accounts')).toBe(before + 1);
  });

  it('shows each answer again and asks nothing twice', async () => {
    const { agent } = await at('check');
    expect((await agent.open('/registration')).html).toContain('value="Ветрова"');
    expect((await agent.open('/registration/contact')).html).toContain(`value="${rosasPhone}"`);

    const sentAgain = await give(agent, await agent.open('/registration'), rosa);
    expect(sentAgain.url).toMatch(/\/registration\/check$/);
    expect(wordsOf(sentAgain)).toContain('Ветрова Роза');
  });

  it('leads to the next question whatever page is opened, and back to nothing that is done', async () => {
    const { agent } = await at('code');
    for (const path of ['password', 'check', 'done'])
      expect((await agent.open(`/registration/${path}`)).url).toMatch(/\/registration\/code$/);
    const stranger = createBrowserAgent(idp.issuer);
    expect((await stranger.open('/registration/check')).url).toMatch(/\/registration$/);
  });

  it('waits overnight, and not for a week', async () => {
    const { agent } = await at('check');
    await idp.age(20 * 60);
    expect((await agent.open('/registration/check')).url).toMatch(/\/registration\/check$/);
    await idp.age(25 * 60);
    expect((await agent.open('/registration/check')).url).toMatch(/\/registration$/);
  });

  it('asks for a new code when the contact is changed', async () => {
    const { agent } = await at('check');
    const code = await give(agent, await agent.open('/registration/contact'), { contact: rosasEmail });
    expect(code.url).toMatch(/\/registration\/code$/);
    const password = await give(agent, code, { code: await lastCodeTo(idp, rosasEmail) });
    expect(wordsOf(await givePassword(agent, password))).toContain(rosasEmail);
  });

  it('is written to the journal with the terms that were accepted', async () => {
    await at('done');
    const events = await nativeCollection(idp.connection, 'journal').find().toArray();
    expect(events.map(({ type }) => String(type))).toEqual(['code-sent', 'registered', 'terms-accepted']);
    expect(events.at(-1)).toMatchObject({ termsVersion: idp.app.termsVersion });
  });
});

describe('a mistake', () => {
  it('in the name is told beside its field, and what was typed stays', async () => {
    const agent = createBrowserAgent(idp.issuer);
    const first = await agent.open('/registration');
    const missing = await give(agent, first, { family_name: ' ', given_name: '<b>', middle_name: 'Петровна' });
    expect(missing.status).toBe(422);
    expect(wordsOf(missing)).toContain('Enter your family name');
    expect(wordsOf(missing)).toContain('Check your given name');
    expect(missing.html).toContain('value="Петровна"');
    for (const given_name of ['x'.repeat(101), 'A\u0000', '12', '\u202eAnna', 'Анна🙂'])
      expect((await give(agent, first, { ...rosa, given_name })).status).toBe(422);
    for (const given_name of ["О'Хара", 'Jean-Luc', 'ليلى', 'Ана Мария', 'Ё', 'Łukasz'])
      expect((await give(agent, first, { ...rosa, given_name })).url).toMatch(/\/contact$/);
  });

  it('in the contact is told, and no message goes', async () => {
    const { agent, page } = await at('contact');
    for (const contact of ['', 'x', 'anna@', '123', '112-233-445 95', '+7 900', 'a'.repeat(300)])
      expect((await give(agent, page, { contact })).status).toBe(422);
    expect(await readOutbox(idp)).toEqual([]);
  });

  it('in the code is counted, five of them end it, and another contact begins anew', async () => {
    const { agent, page } = await at('code');
    const wrong = otherThan(await lastCodeTo(idp, rosasPhone));
    const first = await give(agent, page, { code: wrong });
    expect(wordsOf(first)).toContain('4');
    for (let times = 0; times < 4; times += 1) await give(agent, page, { code: wrong });
    const ended = await agent.open('/registration/code');
    expect(wordsOf(ended)).toContain('Too many wrong codes');
    expect((await give(agent, page, { code: await lastCodeTo(idp, rosasPhone) })).url).toMatch(/\/code$/);

    const again = await give(agent, await agent.open('/registration/contact'), { contact: rosasEmail });
    expect((await give(agent, again, { code: await lastCodeTo(idp, rosasEmail) })).url).toMatch(/\/password$/);
  });

  it('in the password says why', async () => {
    const { agent, page } = await at('password');
    const refusedBecause = async (typed: string) => wordsOf(await givePassword(agent, page, typed));
    expect(await refusedBecause('short')).toMatch(/character/);
    for (const typed of ['password1', 'qwertyuiop', 'gfhjkm123', 'Ветрова2026', '79161234567'])
      expect((await givePassword(agent, page, typed)).status).toBe(422);
    const different = await give(agent, page, { new_password: rosasPassword, new_password_again: `${rosasPassword}x` });
    expect(different.status).toBe(422);
    expect(different.html).not.toContain(rosasPassword);
  });

  it('of not agreeing to the terms is told', async () => {
    const { agent, page } = await at('check');
    const without = await give(agent, page, {});
    expect(without.status).toBe(422);
    expect(wordsOf(without)).toContain('To create the account, accept the terms of use');
  });
});

describe('a password that we make', () => {
  it('is shown once, and can be sent as it is', async () => {
    const { agent, page } = await at('password');
    const offered = await give(agent, page, { action: 'make' });
    const made = /<code class="big"[^>]*>([^<]+)</.exec(offered.html)?.[1] ?? '';
    expect(made.length).toBeGreaterThan(15);
    expect((await agent.open('/registration/password')).html).not.toContain(made);
    expect((await givePassword(agent, offered, made)).url).toMatch(/\/check$/);
  });
});

describe('a second contact', () => {
  const openSecond = async (contact = rosasPhone) => {
    const { agent, page } = await at('done', { contact });
    const href = /href="(\/registration\/second)"/.exec(page.html)?.[1] ?? '';
    return { agent, page: await agent.open(href) };
  };

  it('is offered when all is done, proved by a code, and signs in from then on', async () => {
    const { agent, page } = await openSecond();
    expect(wordsOf(page)).toContain('Add an e-mail address');
    const code = await give(agent, page, { contact: rosasEmail });
    const done = await give(agent, code, { code: await lastCodeTo(idp, rosasEmail) });
    expect(titleOf(done)).toContain('Your account is ready');
    expect(done.html).not.toContain('/registration/second');

    const found = await idp.app.services.accounts.findByIdentifier({ kind: 'email', value: rosasEmail });
    expect(found).toMatchObject({ phone: { value: rosasPhone }, email: { value: rosasEmail } });
  });

  it('is of the other kind, and nobody else’s: the owner is told, no code is right', async () => {
    const { agent, page } = await openSecond();
    expect(wordsOf(await give(agent, page, { contact: '+79161234568' }))).toContain('you already have a phone');
    const anna = String(citizen('anna').email);
    const code = await give(agent, page, { contact: anna });
    expect(code.url).toMatch(/\/second-code$/);
    expect(await readOutbox(idp)).toEqual(expect.arrayContaining([expect.objectContaining({ to: anna, code: null })]));
    expect((await give(agent, code, { code: '000000' })).status).toBe(422);
  });

  it('proved by somebody else meanwhile is not added: the page says so until another one is given, and the owner is told', async () => {
    const { agent, page } = await openSecond();
    const code = await give(agent, page, { contact: rosasEmail });
    const digits = await lastCodeTo(idp, rosasEmail);
    await forgetSends(idp);
    await at('done', { contact: rosasEmail });

    const done = await give(agent, code, { code: digits });
    const note = 'it was confirmed for another account';
    expect(wordsOf(done)).toContain(note);
    expect(wordsOf(await agent.open('/registration/second-code'))).toContain(note); // and once more, at the same page
    expect((await readOutbox(idp))[0]).toMatchObject({ to: rosasEmail, code: null });

    const other = await give(agent, await agent.open('/registration/second'), { contact: `other.${rosasEmail}` });
    const added = await give(agent, other, { code: await lastCodeTo(idp, `other.${rosasEmail}`) });
    expect(wordsOf(added)).not.toContain(note);
    const found = await idp.app.services.accounts.findByIdentifier({ kind: 'email', value: rosasEmail });
    expect(found).toMatchObject({ phone: undefined });
  });

  it('can be left for later', async () => {
    const { agent, page } = await openSecond();
    const skip = /class="button quiet" href="([^"]*)"/.exec(page.html)?.[1] ?? '';
    expect(titleOf(await agent.open(skip))).toContain('Your account is ready');
  });

  it('is added within a quarter of an hour: who comes later to that browser proves who they are first', async () => {
    const { agent, page } = await openSecond();
    await idp.age(16);
    const late = await give(agent, page, { contact: rosasEmail });
    expect(late.url).toMatch(/\/registration\/done$/);
    expect((await agent.open('/registration/second')).url).toMatch(/\/registration\/done$/);
  });
});
