// With a real browser, in Russian, on a phone, with and without JavaScript: an app is set up and asked for at the next sign-in.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeField, mainButton, openBrowser, press, signInAs, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { appCode } from '../support/second-factor.ts';

let idp: TestCivicId;
let browser: Browser;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

describe.each([true, false])('codes from an app, with JavaScript: %s', (javaScript) => {
  it('are set up out of the picture or the key, and asked for in another browser', async () => {
    const person = await newReadyPerson(idp, { profile: { locale: 'ru' } });
    const page = await browser.newPerson({ locale: 'ru', javaScript });
    await page.goto(new URL('/account/security', idp.issuer).href);
    await signInAs(page, person);
    await press(page, page.locator('a[href="/account/factors/app"]'));
    await press(page, mainButton(page));
    expect(await page.locator('svg.qr').evaluate((picture) => picture.getBoundingClientRect().width)).toBeGreaterThan(
      150,
    );
    const secret = (await page.locator('.made code').innerText()).replaceAll(' ', '');
    await codeField(page).fill(appCode(secret, { seconds: -30 }));
    await press(page, mainButton(page));
    expect(await page.locator('.recovery-codes li').count()).toBe(10);
    await press(page, mainButton(page));
    expect(await page.locator('main').innerText()).toContain('Осталось 10');

    const another = await browser.newPerson({ locale: 'ru', javaScript });
    await another.goto(new URL('/account', idp.issuer).href);
    await signInAs(another, person);
    expect(await another.locator('h1').innerText()).toBe('Введите код из приложения');
    await codeField(another).fill(appCode(secret));
    await press(another, mainButton(another));
    expect(await another.locator('h1').innerText()).toContain('Здравствуйте');
  });
});
