// What a recovery leaves behind, and who may have one (R12, R13, R14, R16).
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { openAccount } from '../support/account.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { newEmail, newPhone, openContacts, prove } from '../support/contacts.ts';
import { startLogoutListener, type LogoutListener } from '../support/logout-listener.ts';
import { forgetSends, lastCodeTo, readOutbox, typePassword } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { linkIn, pressNotMe, tellOf } from '../support/not-me.ts';
import { appCode } from '../support/second-factor.ts';
import { citizen } from '../support/people.ts';
import {
  newOwner,
  noDocument,
  recoveredPassword,
  recoverUpTo,
  setPassword,
  snilsOf,
  type Owner,
} from '../support/recovery.ts';
import { rightPin } from '../support/step-up.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import { dead, lifeSigns, nextVisit, refreshAt, sessionUidOf, withRefresh } from '../support/visits.ts';

let two: Two;
let withCodes: Two;
let listener: LogoutListener;
beforeAll(async () => {
  [two, withCodes, listener] = await Promise.all([
    startTwo(),
    startTwo({ newDeviceCodes: true }),
    startLogoutListener(),
  ]);
});
beforeEach(async () => {
  for (const provider of [two, withCodes]) await forgetSends(provider.instances[0]);
});
afterEach(() => expect([...two.failures(), ...withCodes.failures()]).toEqual([]));
afterAll(async () => {
  await Promise.all([two.stop(), withCodes.stop()]);
  await listener.close();
});

const hours = 60;
const renewed = (person: Owner) => ({ ...person, password: recoveredPassword });

describe('ATT-R13 after the new password', () => {
  it('nothing of before lives: sessions, Grants, refresh tokens, remembered browsers, sign-ins under way; services are called', async () => {
    const [idp] = withCodes.instances;
    const person = await newOwner(idp);
    const service = await withCodes.newService({
      ...withRefresh,
      first_party: true,
      backchannel_logout_uri: listener.uri,
    });
    const agent = withCodes.newBrowser();
    const request = await service.begin();
    const signIn = await agent.open(request.url);
    const code = await agent.submit(signIn, { identifier: person.phone, password: person.password });
    const callback = await agent.submit(code, {
      code: await lastCodeTo(idp, person.phone),
      remember_browser: 'yes',
    });
    const tokens = await request.finish(callback.url);
    const visit = { agent, service, tokens, sessionUid: await sessionUidOf(withCodes, service, person.id) };
    await forgetSends(idp);
    const underWay = await typePassword(idp, person);
    const oldCode = await lastCodeTo(idp, person.phone);

    await recoverUpTo(idp, person, 'done');

    expect(await lifeSigns(withCodes, visit)).toEqual(dead);
    expect(await refreshAt(withCodes, visit, 0)).toBe('invalid_grant');
    expect(await refreshAt(withCodes, visit, 1)).toBe('invalid_grant');
    expect(await nextVisit(visit)).toBe('sign-in page');
    expect(await nativeCollection(withCodes.connection, 'devices').countDocuments({ accountId: person.id })).toBe(0);
    const late = await underWay.agent.submit(underWay.page, { code: oldCode });
    expect(late.isElsewhere).toBe(false);
    expect(titleOf(late)).toContain('Sign in');
    await listener.hears(1);
  });

  it('PIN and documents are as before, and what does much harm is held for a day', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    await idp.app.rules.pin.add(person.id, rightPin);
    await recoverUpTo(idp, person, 'done');
    expect(await idp.app.rules.pin.check(person.id, rightPin)).toMatchObject({ outcome: 'right' });
    const held = (await idp.app.services.accounts.find(person.id))?.highRiskHeldUntil;
    const inHours = (Number(held) - Date.now()) / 3_600_000;
    expect(inHours).toBeGreaterThan(23.9);
    expect(inHours).toBeLessThan(24.1);
  });

  it('a hold that lasts longer is not shortened', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const { accounts, inTransaction } = idp.app.services;
    const until = new Date(Date.now() + 72 * 3_600_000);
    await inTransaction((tx) => accounts.holdHighRisk(tx, person.id, until));
    await recoverUpTo(idp, person, 'done');
    expect((await accounts.find(person.id))?.highRiskHeldUntil).toEqual(until);
  });

  it('wrong passwords that were typed before keep nobody waiting', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    for (let tries = 0; tries < 12; tries += 1) await openAccount(idp, { ...person, password: 'not it' });
    await recoverUpTo(idp, person, 'done');
    expect(titleOf((await openAccount(idp, renewed(person))).page)).toContain('Hello');
  });

  it('the page gives no session: it leads to the sign-in', async () => {
    const [idp] = two.instances;
    const { agent, page } = await recoverUpTo(idp, await newOwner(idp), 'done');
    expect(page.html).toContain('href="/account"');
    expect(titleOf(await agent.open('/account'))).toContain('Sign in');
    expect(agent.cookieFor('/')).not.toContain('civic_device');
  });
});

describe('ATT-R14 who has a second factor', () => {
  it('is asked for it with the new password', async () => {
    const [idp] = two.instances;
    const vera = citizen('vera');
    await recoverUpTo(idp, vera, 'done');
    const { agent, page } = await openAccount(idp, { ...vera, password: recoveredPassword });
    expect(titleOf(page)).not.toContain('Hello');
    expect((await agent.get('/account')).status).toBe(303);
    expect(titleOf(await agent.submit(page, { code: appCode(String(vera.totp)) }))).toContain('Hello');
  });
});

describe('ATT-R16 an account', () => {
  const setState = async (person: Owner, change: object) =>
    nativeCollection<{ _id: string }>(two.connection, 'accounts').updateOne({ _id: person.id }, change);

  it('that is disabled between the code and the password sets none, and its page says that it is over', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'password');
    await setState(person, { $set: { state: 'disabled' } });
    expect(titleOf(await setPassword(agent, page))).toContain('Your access has not been given back');
    expect((await idp.app.services.accounts.find(person.id))?.passwordChangedAt).toBeUndefined();
  });

  it('that is disabled between the document and the code is the same', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'code');
    await setState(person, { $set: { state: 'disabled' } });
    const next = await agent.submit(page, { code: await lastCodeTo(idp, person.phone) });
    expect(titleOf(next)).toContain('Your access has not been given back');
  });

  it('whose password is void since “this was not me” gets a new one', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    await pressNotMe(idp, await tellOf(idp, person));
    expect((await idp.app.services.accounts.find(person.id))?.passwordVerifier).toBeUndefined();
    expect(titleOf((await recoverUpTo(idp, person, 'done')).page)).toContain('The new password works');
    expect(titleOf((await openAccount(idp, renewed(person))).page)).toContain('Hello');
  });

  it('that is leaving gets a new password, with which its person can stay', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const deleteAt = new Date(Date.now() + 3 * 24 * 3_600_000);
    await setState(person, { $set: { state: 'leaving', deleteAt } });
    expect(titleOf((await recoverUpTo(idp, person, 'done')).page)).toContain('The new password works');
    const { page } = await openAccount(idp, renewed(person));
    expect(page.status).toBe(200);
    expect(wordsOf(page)).not.toContain('wrong');
  });

  it('without documents on file recovers without one', async () => {
    const [idp] = two.instances;
    const person = await newPerson(idp);
    const { page } = await recoverUpTo(idp, person, 'password', { document: noDocument });
    expect(titleOf(page)).toContain('A new password in 24 hours');
    const wrong = await recoverUpTo(idp, person, 'code', { document: snilsOf(await newOwner(idp)) });
    expect((await wrong.agent.submit(wrong.page, { code: '000000' })).status).toBe(422);
  });
});

it('N-08 every contact hears of the code and of the new password, with the way to say no', async () => {
  const [idp] = two.instances;
  const person = await newOwner(idp);
  await recoverUpTo(idp, person, 'done');
  const told = (await readOutbox(idp)).filter(({ to }) => to === person.phone || to === person.email);
  expect(told.map(({ channel, purpose }) => `${purpose} ${channel}`).toSorted()).toEqual([
    'notice email',
    'notice sms',
    'recovery email',
    'recovery sms',
  ]);
  for (const { text } of told) expect(linkIn(text)).not.toBe('');
});

describe('ATT-R12 a contact that was changed a moment ago', () => {
  const change = async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const value = newPhone();
    const visit = await openContacts(idp, person);
    await prove(idp, visit, 'phone', value);
    await forgetSends(idp);
    return { idp, person, value };
  };
  const age = async (minutes: number) => {
    for (const instance of two.instances) await instance.age(minutes);
  };
  const gets = async (person: Owner, contact: string): Promise<boolean> => {
    const [idp] = two.instances;
    await forgetSends(idp);
    const before = await readOutbox(idp);
    await recoverUpTo(idp, person, 'code', { contact });
    const after = await readOutbox(idp);
    return after.slice(0, after.length - before.length).some(({ to, code }) => to === contact && code !== null);
  };

  it('gives nobody access at 23:59, and does at 24:01', async () => {
    const { person, value } = await change();
    await age(24 * hours - 1);
    expect(await gets(person, value)).toBe(false);
    await age(2);
    expect(await gets(person, value)).toBe(true);
  });

  it('gets no second code while it is new, and none of the old one’s is needed without a document', async () => {
    const { person, value, idp } = await change();
    const { page } = await recoverUpTo(idp, person, 'code', { contact: person.email, document: noDocument });
    expect(titleOf(page)).toContain('Enter the code');
    expect((await readOutbox(idp)).filter(({ to, purpose }) => to === value && purpose === 'recovery')).toEqual([]);
  });

  it('takes from the one before the password that it had proved its right to, once its 72 hours are over', async () => {
    const { person, idp } = await change();
    await age(72 * hours - 1);
    await forgetSends(idp);
    const { agent, page } = await recoverUpTo(idp, person, 'password', { contact: person.phone });
    expect(titleOf(page)).toContain('New password');
    await age(2);
    expect(titleOf(await setPassword(agent, page))).toContain('Your access has not been given back');
  });

  it('leaves the one before its right until 71:59, and not at 72:01', async () => {
    const { person } = await change();
    await age(72 * hours - 1);
    expect(await gets(person, person.phone)).toBe(true);
    await age(2);
    expect(await gets(person, person.phone)).toBe(false);
  });

  it('the owner gets in with the one before, and puts it back', async () => {
    const { idp, person } = await change();
    const { page } = await recoverUpTo(idp, person, 'done');
    expect(titleOf(page)).toContain('The new password works');
    expect(titleOf((await openAccount(idp, { ...renewed(person), phone: person.email })).page)).toContain('Hello');
  });

  it('a mailbox that was changed is the same', async () => {
    const [idp] = two.instances;
    const person = await newOwner(idp);
    const value = newEmail();
    await prove(idp, await openContacts(idp, person), 'email', value);
    expect(await gets(person, value)).toBe(false);
    expect(await gets(person, person.email)).toBe(true);
  });
});
