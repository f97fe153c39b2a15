// Whoever has a second factor is signed in by it and not before; each code of it is good once, and nothing of it shows before the password.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { lastCodeTo, otherThan, readOutbox, typePassword, forgetSends } from '../support/new-device.ts';
import { appCode, newPersonWithApp, secondFactorAcr } from '../support/second-factor.ts';
import { newReadyPerson } from '../support/pin-setting.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId({ newDeviceCodes: true });
});
afterAll(() => idp.stop());

const claimsOf = async (visit: Awaited<ReturnType<typeof typePassword>>, callback: PageView) => {
  expect(callback.isElsewhere).toBe(true);
  return (await visit.request.finish(callback.url)).claims();
};

describe('a second factor at sign-in', () => {
  it('is asked after the password, not before, and the tokens tell of it', async () => {
    const { person } = await newPersonWithApp(idp);
    const wrong = await typePassword(idp, { ...person, password: 'not this one' });
    expect(wordsOf(wrong.page)).not.toContain('app');

    const visit = await typePassword(idp, person);
    expect(titleOf(visit.page)).toContain('Enter the code from your app');
    const claims = await claimsOf(visit, await visit.agent.submit(visit.page, { code: appCode(person.secret) }));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'otp', 'mfa']]);
  });

  it('signs nobody in by the password alone: neither the account nor another service opens', async () => {
    const { person } = await newPersonWithApp(idp);
    const { agent, service } = await typePassword(idp, person);
    expect(titleOf(await agent.open('/account'))).toContain('Sign in');
    expect(titleOf(await agent.open((await service.begin()).url))).toContain('Sign in');
    const none = await agent.open((await service.begin({ prompt: 'none' })).url);
    expect(new URL(none.url).searchParams.get('error')).toBe('login_required');
  });

  it('takes no code twice, none of a minute ago, and says what is wrong', async () => {
    const { person } = await newPersonWithApp(idp);
    const code = appCode(person.secret);
    const first = await typePassword(idp, person);
    expect((await first.agent.submit(first.page, { code })).isElsewhere).toBe(true);

    const second = await typePassword(idp, person);
    const again = await second.agent.submit(second.page, { code });
    expect([again.status, wordsOf(again).includes('used already')]).toEqual([422, true]);
    const old = await second.agent.submit(second.page, { code: appCode(person.secret, { seconds: -60 }) });
    expect(old.status).toBe(422);
    const malformed = await second.agent.submit(second.page, { code: '12' });
    expect(wordsOf(malformed)).toContain('Enter the 6');
    expect(again.html).not.toContain(code);
  });

  it('is closed after five wrong codes, and its lock is not that of a recovery code', async () => {
    const { person, codes } = await newPersonWithApp(idp);
    const visit = await typePassword(idp, person);
    let page = visit.page;
    for (let tries = 0; tries < 6; tries += 1)
      page = await visit.agent.submit(visit.page, { code: otherThan(appCode(person.secret)) });
    expect(wordsOf(page)).toContain('many failed tries');
    page = await visit.agent.submit(visit.page, { code: appCode(person.secret) });
    expect([page.status, wordsOf(page).includes('many failed tries')]).toEqual([422, true]);

    const address = new URL(visit.page.url, idp.issuer).pathname.replace('totp', 'recovery');
    const recovery = await visit.agent.open(address);
    const typed = (codes[0] ?? '').toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O');
    const claims = await claimsOf(visit, await visit.agent.submit(recovery, { recovery_code: typed }));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'mfa']]);
    expect(
      (await readOutbox(idp)).filter(({ to, text }) => to === person.phone && /recovery code/.test(text)),
    ).toHaveLength(1);
  });

  it('takes a recovery code once', async () => {
    const { person, codes } = await newPersonWithApp(idp);
    const useCode = async () => {
      const visit = await typePassword(idp, person);
      const address = new URL(visit.page.url, idp.issuer).pathname.replace('totp', 'recovery');
      return visit.agent.submit(await visit.agent.open(address), { recovery_code: codes[1] ?? '' });
    };
    expect((await useCode()).isElsewhere).toBe(true);
    const again = await useCode();
    expect([again.status, wordsOf(again).includes('used already')]).toEqual([422, true]);
    expect((await idp.app.services.secondFactors.of(person.id)).recoveryCodesLeft).toBe(9);
  });

  it('is skipped by a remembered browser, whose sign-in is one by password', async () => {
    const { person } = await newPersonWithApp(idp);
    const first = await typePassword(idp, person);
    const remembered = await first.agent.submit(first.page, { code: appCode(person.secret), remember_browser: 'yes' });
    expect(remembered.isElsewhere).toBe(true);

    const request = await first.service.begin({ prompt: 'login' });
    const page = await first.agent.open(request.url);
    const callback = await first.agent.submit(page, { identifier: person.email, password: person.password });
    const claims = (await request.finish(callback.url)).claims();
    expect([claims?.['acr'], claims?.['amr']]).toEqual(['urn:civic-id:acr:password', ['pwd']]);
  });

  it('may be a code by SMS, in place of the code for a new device', async () => {
    const person = await newReadyPerson(idp);
    await idp.app.services.inTransaction((tx) => idp.app.services.secondFactors.sms.switchOn(tx, person.id));
    await forgetSends(idp);
    const visit = await typePassword(idp, person);
    expect(titleOf(visit.page)).toContain('Enter the code from the SMS');
    expect(await lastCodeTo(idp, person.phone)).toBe('');
    const sent = await visit.agent.submit(visit.page, { action: 'send' });
    expect(wordsOf(sent)).toContain('We sent a code by SMS');
    const tooSoon = await visit.agent.submit(sent, { action: 'send' });
    expect(tooSoon.status).toBe(422);
    const claims = await claimsOf(visit, await visit.agent.submit(sent, { code: await lastCodeTo(idp, person.phone) }));
    expect([claims?.['acr'], claims?.['amr']]).toEqual([secondFactorAcr, ['pwd', 'sms', 'mfa']]);
  });

  it('taken away while a sign-in waits, lets nobody through: the password is asked again', async () => {
    const { person } = await newPersonWithApp(idp);
    const visit = await typePassword(idp, person);
    const { secondFactors, inTransaction } = idp.app.services;
    await inTransaction((tx) => secondFactors.totp.remove(tx, person.id));
    const page = await visit.agent.submit(visit.page, { code: appCode(person.secret) });
    expect(titleOf(page)).toContain('Sign in');
  });
});
