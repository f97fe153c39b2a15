// Small helps that a page can do without: each does its one thing, and says no more than is needed to ears.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser, type Browser } from '../support/browser.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';

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

const openRow = async (name: string, { stopped = false } = {}): Promise<Page> => {
  const page = await browser.newPerson({ locale: 'en' });
  if (stopped) await page.clock.install();
  await page.goto(new URL(`/sandbox/pages/${name}`, idp.issuer).href);
  return page;
};
const spoken = (page: Page) => page.locator('#status').innerText();

describe('the countdown', () => {
  it('counts in figures for the eyes alone, and tells ears when it is over', async () => {
    const page = await openRow('sign-in/code-wait', { stopped: true });
    const figures = page.locator('.countdown [aria-hidden="true"]');
    const before = await figures.innerText();
    await page.clock.runFor(2000);
    expect(await figures.innerText()).not.toBe(before);
    expect(await spoken(page)).toBe('');
    expect(await page.locator('.countdown .for-ears').innerText()).toMatch(/seconds/);

    await page.clock.runFor(60_000);
    expect(await spoken(page)).toBe('You can try again now.');
    expect(await page.locator('.countdown').innerText()).toBe('You can try again now.');
  });
});

describe('the time of a page', () => {
  it('is told once, two and a half minutes before its end', async () => {
    const page = await openRow('sign-in/empty', { stopped: true });
    expect(await page.locator('.time-left').isVisible()).toBe(false);
    await page.clock.runFor(56 * 60_000);
    expect(await page.locator('.time-left').isVisible()).toBe(false);
    await page.clock.runFor(2 * 60_000);
    expect(await page.locator('.time-left').isVisible()).toBe(true);
    expect(await spoken(page)).toContain('This page closes soon');
    expect(await page.locator('.time-left button').innerText()).toBe('More time');
  });
});

describe('advice on a password', () => {
  it('says what is missing while one types, and tells ears when they pause', async () => {
    const page = await openRow('parts/new-password-field', { stopped: true });
    const shown = page.locator('.advice [aria-hidden="true"]');
    expect(await shown.innerText()).toBe('At least 8 characters');
    await page.locator('#new_password').pressSequentially('яблок');
    expect(await shown.innerText()).toBe('3 more characters');
    expect(await page.locator('.advice [role="status"]').innerText()).toBe('');
    await page.locator('#new_password').pressSequentially('о🍏 ');
    expect(await shown.innerText()).toBe('Long enough');
    await page.clock.runFor(1100);
    expect(await page.locator('.advice [role="status"]').innerText()).toBe('Long enough');
  });
});

describe('leaving a page', () => {
  it('is asked about when something was typed and not sent', async () => {
    const page = await openRow('parts/text-field');
    await page.locator('#filled').fill('Роза');
    const dialog = page.waitForEvent('dialog');
    const left = page.goto(idp.issuer.href);
    const asked = await dialog;
    expect(asked.type()).toBe('beforeunload');
    await asked.accept();
    await left;
  });

  it('is not asked about when nothing was typed, nor when it is sent', async () => {
    const page = await openRow('parts/text-field');
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.goto(idp.issuer.href);
    await page.goto(new URL('/sandbox/pages/parts/text-field', idp.issuer).href);
    await page.locator('#filled').fill('Роза');
    await Promise.all([page.waitForEvent('framenavigated'), page.locator('#filled').press('Enter')]);
    expect(asked).toEqual([]);
  });
});

it('each script is one small file, without help from elsewhere', () => {
  const folder = fileURLToPath(new URL('../../views/assets', import.meta.url));
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const source = readFileSync(join(folder, name), 'utf8');
    expect(source.split('\n').length).toBeLessThan(60);
    expect(source).not.toMatch(/\bimport\b|https?:|eval|innerHTML|localStorage|sessionStorage/);
  }
});
