// The judges of pages can find something: each is shown a page that was good and that one fault was put into.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { faults } from '../support/harness/faults.ts';
import { watchPage, type Watch } from '../support/harness/watch-page.ts';

let idp: TestCivicId;
let browser: Browser;
let page: Page;
let watch: Watch;
beforeAll(async () => {
  idp = await startCivicId();
  browser = await openBrowser();
  page = await browser.newPerson();
  watch = watchPage(page, [idp.issuer.origin]);
});
afterAll(async () => {
  await browser.close();
  await idp.stop();
});

describe('a page', () => {
  it.each(faults)('with $fault is found out', async ({ seed, judge, says }) => {
    await page.goto(new URL('/sandbox/pages/sign-in/nothing-typed?lang=en', idp.issuer).href);
    await page.context().clearCookies({ name: 'visitor' });
    watch.takeProblems();
    await page.evaluate(`(() => { ${seed} })()`);
    expect((await judge(page, { t: idp.app.web.texts.en, watch })).filter((problem) => says.test(problem))).not.toEqual(
      [],
    );
    await page.evaluate('localStorage.clear()');
  });
});
