// The pages of confirming and of signing out for everybody: read by a machine, narrow, dark, on a keyboard; and nothing is left on a shared computer.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { mainButton, openBrowser, pinField, press, signInAs, type Browser } from '../support/browser.ts';
import { startCallbackService, type CallbackService } from '../support/callback-service.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { findAxeProblems } from '../support/harness/axe.ts';
import { findMisfitsAt320 } from '../support/harness/fit.ts';
import { citizen } from '../support/people.ts';
import { createRelyingParty, serviceMetadata, type RelyingParty } from '../support/relying-party.ts';
import { newPersonWithPin, pinAcr, pinRows, wrongPin } from '../support/step-up.ts';

let idp: TestCivicId;
let browser: Browser;
let site: CallbackService;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
  site = await startCallbackService();
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await idp.stop();
});

const longName = 'Департамент жилищно-коммунального хозяйства и благоустройства города Примерска';
const newService = async (changes: Record<string, unknown> = {}): Promise<RelyingParty> => {
  const metadata = serviceMetadata({ client_name: longName, redirect_uris: [site.callback], ...changes });
  await idp.register(metadata);
  return createRelyingParty(idp.issuer, metadata);
};

/** Goes to each page that a person can meet; `look` is shown each with its name. */
const visitAll = async (page: Page, look: (name: string) => Promise<void>): Promise<void> => {
  const person = await newPersonWithPin(idp);
  const service = await newService({ first_party: true });
  const ask = async () => page.goto((await service.begin({ acr_values: pinAcr })).url);

  await ask();
  await signInAs(page, person);
  await look('PIN');
  await pinField(page).fill(wrongPin);
  await press(page, mainButton(page));
  await look('wrong PIN');
  await press(page, page.locator('.ways a'));
  await look('forgot');
  await idp.app.rules.pin.lock(person.id);
  await ask();
  await look('locked');
  await pinRows(idp).deleteOne({ _id: person.id });
  await ask();
  await look('none');

  await page.goto(new URL(`/session/end?client_id=${service.metadata.client_id}`, idp.issuer).href);
  await look('sign out of a service or everywhere');
  await press(page, page.locator('button.quiet'));
  await look('signed out of the service');
  await page.goto(new URL('/session/end', idp.issuer).href);
  await look('sign out everywhere');
  await press(page, mainButton(page));
  await look('signed out');
};

const looks = (['ru', 'en', 'pt'] as const).flatMap((locale) => [
  { locale, colorScheme: 'light' as const },
  { locale, colorScheme: 'dark' as const },
]);

describe.each(looks)('every page in $locale, $colorScheme,', (options) => {
  it('gives axe nothing to complain about and fits into 320 pixels', async () => {
    const page = await browser.newPerson(options);
    const seen: Record<string, string[]> = {};
    const titles = new Set<string>();
    await visitAll(page, async (name) => {
      titles.add(await page.title());
      seen[name] = [...(await findAxeProblems(page)), ...(await findMisfitsAt320(page))];
      expect(await page.locator('html').getAttribute('lang')).toBe(options.locale);
    });
    expect(seen).toEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, []])));
    expect(Object.keys(seen)).toHaveLength(9);
    expect(titles.size).toBeGreaterThanOrEqual(7); // two ways to ask and two ways to have left share their titles
    await page.context().close();
  }, 120_000);
});

describe('the PIN field', () => {
  it('brings the numeric keyboard, hides the digits, and is nothing that a password manager fills or keeps', async () => {
    const page = await browser.newPerson();
    await page.goto((await (await newService({ first_party: true })).begin({ acr_values: pinAcr })).url);
    await signInAs(page, await newPersonWithPin(idp));
    const names = ['type', 'inputmode', 'autocomplete', 'pattern', 'value', 'maxlength', 'autofocus'];
    const field = pinField(page);
    const attributes = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await field.getAttribute(name)] as const)),
    );
    expect(attributes).toEqual({
      type: 'password',
      inputmode: 'numeric',
      autocomplete: 'off',
      pattern: '[0-9]*',
      value: null,
      maxlength: null,
      autofocus: null,
    });
    expect(await page.locator('input[name="pin"]').count()).toBe(1);
    expect(await page.getByLabel('PIN', { exact: true }).count()).toBe(1);
    await page.context().close();
  });

  it('can be reached, filled and sent by the keyboard alone, in the order of the page', async () => {
    const page = await browser.newPerson();
    const person = await newPersonWithPin(idp);
    await page.goto((await (await newService({ first_party: true })).begin({ acr_values: pinAcr })).url);
    await signInAs(page, person);
    const focused = () => page.evaluate<string>('document.activeElement.name || document.activeElement.className');
    const stops: string[] = [];
    for (let presses = 0; presses < 12 && stops.at(-1) !== 'pin'; presses += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused());
    }
    expect(stops.at(-1)).toBe('pin');
    await page.keyboard.type(String(person.pin));
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('main');
    await Promise.all([page.waitForURL(`${site.origin}/**`), page.keyboard.press('Enter')]);
    expect(await page.locator('h1').innerText()).toBe('Signed in');
    await page.context().close();
  });
});

describe('ATT-X11 the next person at this computer', () => {
  it.each([true, false])(
    'finds nothing personal with the back button after a sign-out (JavaScript: %s)',
    async (javaScript) => {
      const page = await browser.newPerson({ javaScript });
      const words = () => page.locator('body').innerText();
      await page.goto((await (await newService()).begin()).url);
      await signInAs(page, citizen('anna'));
      expect(await words()).toContain('anna@example.org');
      await page.goto(new URL('/session/end', idp.issuer).href);
      await press(page, mainButton(page));
      expect(await words()).toContain('You have left Civic ID');

      const seen: string[] = [];
      for (let steps = 0; steps < 4; steps += 1) {
        await page.goBack().catch(() => null);
        seen.push(page.url());
        expect(await words()).not.toMatch(/anna@example\.org|Ковалёва|Анна|\+7 ?900/);
      }
      expect(seen.filter((url) => url.includes('/interaction/')).length).toBeGreaterThan(0);
      await page.context().close();
    },
  );
});
