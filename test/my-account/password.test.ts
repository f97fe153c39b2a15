// A new password in place of the old one: at once, everywhere, and never half.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { readForm, titleOf, wordsOf, type BrowserAgent } from '../support/browser-agent.ts';
import { readOutbox } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
import { race } from '../support/race.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { alive, dead, lifeSigns, nextVisit, refreshAt, signInAt, visitAlso } from '../support/visits.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

let two: Two;
beforeAll(async () => {
  two = await startTwo();
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const fresh = 'eleven violet kettles';
const typed = (old: string, changed = fresh) => ({ password: old, new_password: changed, new_password_again: changed });
const change = async (agent: BrowserAgent, fields: Record<string, string>) =>
  agent.submit(await agent.open('/account/password'), fields);
const eventsOf = async ({ id }: Citizen): Promise<unknown[]> => {
  const events = nativeCollection(two.connection, 'journal').find({ accountId: id }).sort({ _id: 1 });
  return (await events.toArray()).map(({ type }): unknown => type);
};
const noticesOf = async ({ email }: Citizen) =>
  (await readOutbox(two.instances[0])).filter(({ to, subject }) => to === email && subject?.includes('Пароль'));
const canSignIn = async (person: Citizen, password: string): Promise<boolean> => {
  const { page } = await openAccount(two, { ...person, password }, { agent: two.newBrowser() });
  return titleOf(page).includes('Hello');
};

describe('a new password', () => {
  it('works at once, and the old one does not', async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    const page = await change(agent, typed(person.password));
    expect(titleOf(page)).toContain('Security');
    expect(wordsOf(page)).toContain('Your password is changed');
    expect(wordsOf(page)).toContain('Changed on');

    expect(await canSignIn(person, person.password)).toBe(false);
    expect(await canSignIn(person, fresh)).toBe(true);
  });

  it('ends every other session with its Grants and refresh tokens, on all instances; this one stays', async () => {
    const person = await newPerson(two.instances[0]);
    const here = await signInAt(two, person);
    const others = [await signInAt(two, person), await signInAt(two, person)];
    await change(here.agent, typed(person.password));

    expect(await lifeSigns(two, here)).toEqual(alive);
    expect(await nextVisit(here)).toBe('code');
    expect(await refreshAt(two, here, 1)).toBe('refreshed');
    expect(await lifeSigns(two, await visitAlso(two, here))).toEqual(alive);
    for (const other of others) {
      expect(await lifeSigns(two, other)).toEqual(dead);
      expect(await refreshAt(two, other, 0)).toBe('invalid_grant');
      expect(await nextVisit(other)).toBe('sign-in page');
      expect((await other.agent.get('/account')).status).toBe(303);
    }
  });

  it('gives this session a new cookie: a copy of the old one opens nothing', async () => {
    const person = await newPerson(two.instances[0]);
    const here = await signInAt(two, person);
    const copied = { Cookie: here.agent.cookieFor('/account') };
    const thief = two.newBrowser();
    expect((await thief.get('/account', copied)).status).toBe(200);
    await change(here.agent, typed(person.password));
    expect((await thief.get('/account', copied)).status).toBe(303);
    expect((await here.agent.get('/account')).status).toBe(200);
    expect(await lifeSigns(two, here)).toEqual(alive);
  });

  it('forgets every remembered browser but this one', async () => {
    const person = await newPerson(two.instances[0]);
    const { devices, inTransaction } = two.instances[0].app.services;
    const [here, there] = [devices.draw(undefined), devices.draw(undefined)];
    await inTransaction((tx) => devices.remember(tx, person.id, 'Chrome, Windows', here));
    await inTransaction((tx) => devices.remember(tx, person.id, 'Firefox, Linux', there));
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    const page = await agent.open('/account/password');
    const { action, hidden } = readForm(page.html);
    const body = new URLSearchParams({ ...hidden, ...typed(person.password) }).toString();
    await agent.post(action, body, { Cookie: `${agent.cookieFor(action)}; civic_device=${here}` });

    expect(await devices.isKnown(person.id, here)).toBe(true);
    expect(await devices.isKnown(person.id, there)).toBe(false);
  });

  it('is told to the person and stands in the journal', async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    await change(agent, typed(person.password));
    expect(await noticesOf(person)).toHaveLength(1);
    expect(await eventsOf(person)).toContain('password-changed');
  });

  it('may come as often as people like', async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    const passwords = [person.password, ...Array.from({ length: 12 }, (_, index) => `${fresh} number ${index}`)];
    for (const [index, next] of passwords.entries()) {
      const before = passwords[index - 1];
      if (before === undefined) continue;
      expect(titleOf(await change(agent, typed(before, next)))).toContain('Security');
    }
    expect(await canSignIn(person, passwords.at(-1) ?? '')).toBe(true);
  });

  it('can be made for the person, is shown once and works', async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    const page = await change(agent, { action: 'make' });
    const made = /<code class="big"[^>]*>([^<]+)</.exec(page.html)?.[1] ?? '';
    expect(made.length).toBeGreaterThan(14);
    expect((await agent.open('/account/password')).html).not.toContain(made);
    await agent.submit(page, typed(person.password, made));
    expect(await canSignIn(person, made)).toBe(true);
  });
});

describe('a change that is not taken', () => {
  const begin = async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    return { person, agent };
  };

  it.each([
    ['no old password', { password: '' }, 'Enter the password you sign in with now'],
    ['a wrong old password', { password: 'not this one at all' }, 'This is not the password you sign in with'],
    ['two different new ones', { new_password_again: 'another thing' }, 'are not the same'],
    ['a short one', { new_password: 'short', new_password_again: 'short' }, 'easy to guess'],
    ['a common one', { new_password: 'пароль123456789', new_password_again: 'пароль123456789' }, 'common password'],
  ])('says what is wrong with %s, changes nothing and shows no password again', async (_what, changes, words) => {
    const { person, agent } = await begin();
    const page = await change(agent, { ...typed(person.password), ...changes });
    expect(page.status).toBe(422);
    expect(wordsOf(page)).toContain(words);
    expect(page.html).not.toContain(person.password);
    expect(page.html).not.toContain(fresh);
    expect(await canSignIn(person, person.password)).toBe(true);
    expect(await noticesOf(person)).toEqual([]);
  });

  it('is no change: the same password again', async () => {
    const { person, agent } = await begin();
    const page = await change(agent, typed(person.password, person.password));
    expect(page.status).toBe(422);
    expect(await eventsOf(person)).not.toContain('password-changed');
  });

  it('counts wrong old ones: ten, then there is a wait, even for the right one; signing in is not touched', async () => {
    const { person, agent } = await begin();
    for (let tries = 0; tries < 10; tries += 1) await change(agent, typed(`wrong number ${tries}`));
    const page = await change(agent, typed(person.password));
    expect(page.status).toBe(422);
    expect(wordsOf(page)).toContain('The password was wrong many times. Try again in');
    expect(await eventsOf(person)).toContain('password-wrong');
    expect(await canSignIn(person, person.password)).toBe(true);
  });

  it('never compares more than eleven of a hundred wrong ones at once', async () => {
    const { person, agent } = await begin();
    const { action, hidden } = readForm((await agent.open('/account/password')).html);
    const answers = await race(100, (index) =>
      agent.post(action, new URLSearchParams({ ...hidden, ...typed(`wrong number ${index}`) }).toString()),
    );
    expect(answers.lost).toEqual([]);
    expect((await eventsOf(person)).filter((type) => type === 'password-wrong').length).toBeLessThanOrEqual(11);
  });
});

describe('twenty changes at once', () => {
  it('leave one password and one session: one of them won, the others are told', async () => {
    const person = await newPerson(two.instances[0]);
    const { agent } = await openAccount(two, person, { agent: two.newBrowser() });
    const { action, hidden } = readForm((await agent.open('/account/password')).html);
    // Right tries at once are counted before they are compared: no more than the free ones may pass.
    const answers = await race(8, (index) =>
      agent.post(
        action,
        new URLSearchParams({ ...hidden, ...typed(person.password, `${fresh} of ${index}`) }).toString(),
      ),
    );
    const statuses = answers.won.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 422)).toHaveLength(7);
    const winner = answers.won.findIndex(({ status }) => status === 303);
    expect(await canSignIn(person, `${fresh} of ${winner}`)).toBe(true);
    expect((await eventsOf(person)).filter((type) => type === 'password-changed')).toHaveLength(1);
    expect(await noticesOf(person)).toHaveLength(1);
  });
});

describe('somebody with a second factor', () => {
  it('gives it before the password can be changed: the password alone is not enough', async () => {
    const { person } = await newPersonWithApp(two.instances[0]);
    const agent = two.newBrowser();
    const asked = await openAccount(two, person, { agent, path: '/account' });
    await agent.submit(asked.page, { code: appCode(person.secret) });
    await two.instances[0].age(3);
    await two.instances[1].age(3);

    const page = await agent.open('/account/password');
    expect(titleOf(page)).toContain('Confirm that it is you');
    const code = await agent.submit(page, { password: person.password });
    const form = await agent.submit(code, { code: appCode(person.secret, { seconds: 180 }) });
    expect(new URL(form.url, two.issuer).pathname).toBe('/account/password');
  });
});
