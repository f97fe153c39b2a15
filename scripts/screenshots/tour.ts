// The pictures of the README's tour: a walk through the product.
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { openPage, take as takeAt, type Locale, type Look } from './product.ts';

const take = (page: Page, name: string, options: { whole?: boolean } = {}): Promise<void> =>
  takeAt(page, `docs/pictures/${name}`, options);

const citizensSchema = z.array(z.object({ phone: z.string().nullable(), password: z.string(), locale: z.string() }));
const findCitizen = async (issuer: string, locale: Locale): Promise<{ phone: string; password: string }> => {
  const answer = await fetch(`${issuer}/sandbox/citizens`, { headers: { Accept: 'application/json' } });
  const found = citizensSchema.parse(await answer.json()).find((citizen) => citizen.locale === locale);
  return { phone: found?.phone ?? '', password: found?.password ?? '' };
};

const press = async (page: Page, selector: string): Promise<void> => {
  await Promise.all([page.waitForEvent('framenavigated'), page.click(selector)]);
  await page.waitForLoadState();
};

const signIn = async (page: Page, phone: string, password: string): Promise<void> => {
  await page.fill('#identifier', phone);
  await page.fill('#password', password);
  await press(page, 'button.main');
};

export const walk = async (browser: Browser, { issuer, demo }: { issuer: string; demo: string }): Promise<void> => {
  /** From the demo's "Sign in" to the sign-in page. */
  const begin = async (look: Look): Promise<Page> => {
    const page = await openPage(browser, look);
    await page.goto(`${demo}/?ui_locales=${look.locale}`);
    await press(page, 'a.main');
    return page;
  };

  const anna = await findCitizen(issuer, 'ru');
  const page = await begin({ locale: 'ru' });
  const address = page.url();
  await take(page, 'sign-in');
  await signIn(page, '+7 900 000-00-01', 'не тот пароль');
  await take(page, 'sign-in-mistake');
  await signIn(page, anna.phone, anna.password);
  await take(page, 'consent', { whole: false });

  const stranger = await openPage(browser, { locale: 'ru' });
  await stranger.goto(address);
  await take(stranger, 'gone');

  const guesser = await begin({ locale: 'ru' });
  for (let tries = 0; tries < 10; tries += 1) await signIn(guesser, '+7 900 000-00-00', 'не тот пароль');
  await take(guesser, 'waiting');

  const emily = await findCitizen(issuer, 'en');
  const dark = await begin({ locale: 'en', colorScheme: 'dark' });
  await signIn(dark, emily.phone, emily.password);
  await take(dark, 'consent-dark', { whole: false });

  const joao = await findCitizen(issuer, 'pt');
  const wide = await begin({ locale: 'pt', width: 1280 });
  await signIn(wide, joao.phone, joao.password);
  await press(wide, 'button.main');
  await take(wide, 'demo', { whole: false });
  await wide.goto(`${issuer}/?lang=pt`);
  await take(wide, 'home');
};
