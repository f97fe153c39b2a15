import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { newService } from '../support/new-service.ts';
import { citizen, typeCredentials } from '../support/people.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const browserThatSpeaks = (language: string) => createBrowserAgent(idp.issuer, { language });
const languageOf = ({ html }: PageView) => /<html lang="([^"]*)"/.exec(html)?.[1];
/** Presses the language on a page with a form, in whose fields something stands. */
const switchTo = (agent: BrowserAgent, page: PageView, locale: string, typed: Record<string, string> = {}) =>
  agent.submitTo(new RegExp(`redraw_in=${locale}$`), page, typed);
const linkTo = ({ html }: PageView, locale: string): string => {
  const href = new RegExp(`<a href="([^"]*)" hreflang="${locale}"`).exec(html)?.[1];
  if (href === undefined) throw new Error(`no link to ${locale}`);
  return href.replaceAll('&amp;', '&');
};
const requestUrl = async (parameters: Record<string, string> = {}) =>
  (await (await newService(idp)).begin(parameters)).url;

describe('the language of a page', () => {
  it.each([
    ['ru', 'ru'],
    ['en-GB,en;q=0.9', 'en'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['de,en;q=0.5', 'en'],
    ['de', 'ru'],
  ])('follows the browser (Accept-Language: %s)', async (accepted, locale) => {
    const page = await browserThatSpeaks(accepted).open(await requestUrl());
    expect(languageOf(page)).toBe(locale);
    expect(page.headers['content-language']).toBe(locale);
  });

  it.each([
    ['pt', 'pt'],
    ['pt-BR', 'pt'],
    ['fr-FR ru en', 'ru'],
    ['fr', 'en'],
    ['<script>', 'en'],
  ])('is what the service asks for, where we speak it (ui_locales=%s)', async (asked, locale) => {
    const page = await browserThatSpeaks('en').open(await requestUrl({ ui_locales: asked }));
    expect(languageOf(page)).toBe(locale);
  });

  it('is Portuguese on every page of a sign-in that began in Portuguese', async () => {
    const agent = browserThatSpeaks('en');
    const page = await agent.open(await requestUrl({ ui_locales: 'pt' }));
    expect(titleOf(page)).toContain('Entrar');

    const mistaken = await agent.submit(page, { identifier: '', password: '' });
    expect([mistaken.status, languageOf(mistaken)]).toEqual([422, 'pt']);
    const consent = await typeCredentials(agent, mistaken, citizen('joao'));
    expect([consent.status, languageOf(consent)]).toEqual([200, 'pt']);
    expect(wordsOf(consent)).toContain('setembro');
  });

  it('is what the person chose once, at their next visit', async () => {
    const agent = browserThatSpeaks('en');
    await agent.open(linkTo(await agent.open('/'), 'pt'));
    expect(languageOf(await agent.open('/'))).toBe('pt');
    expect(languageOf(await agent.open(await requestUrl()))).toBe('pt');
  });

  it('stays what the person has just chosen when a service asks for another', async () => {
    const agent = browserThatSpeaks('en');
    await agent.open(linkTo(await agent.open('/'), 'pt'));
    expect(languageOf(await agent.open(await requestUrl({ ui_locales: 'ru' })))).toBe('pt');
  });

  it('is not remembered as chosen when only a service asked for it', async () => {
    const agent = browserThatSpeaks('en');
    await agent.open(await requestUrl({ ui_locales: 'pt' }));
    expect(languageOf(await agent.open(await requestUrl({ ui_locales: 'ru' })))).toBe('ru');
    expect(languageOf(await agent.open('/'))).toBe('en');
  });

  it('follows the service again when the choice was long ago', async () => {
    const aging = await startCivicId();
    try {
      const agent = createBrowserAgent(aging.issuer, { language: 'en' });
      await agent.open(linkTo(await agent.open('/'), 'pt'));
      await aging.age(61);
      const request = await (await newService(aging)).begin({ ui_locales: 'ru' });
      expect(languageOf(await agent.open(request.url))).toBe('ru');
      expect(languageOf(await agent.open('/'))).toBe('pt');
    } finally {
      await aging.stop();
    }
  });
});

describe('changing the language in the middle', () => {
  it('keeps the sign-in that was begun', async () => {
    const agent = browserThatSpeaks('en');
    const request = await (await newService(idp)).begin();
    const page = await agent.open(request.url);

    const portuguese = await switchTo(agent, page, 'pt');
    expect(languageOf(portuguese)).toBe('pt');
    const consent = await typeCredentials(agent, portuguese, citizen('anna'));
    expect(languageOf(consent)).toBe('pt');

    const russian = await switchTo(agent, consent, 'ru');
    expect(languageOf(russian)).toBe('ru');
    expect(wordsOf(russian)).toContain('anna@example.org');
    await request.finish((await agent.submit(russian, {})).url);
  });

  it('works on the page that came back with a mistake', async () => {
    const agent = browserThatSpeaks('en');
    const mistaken = await agent.submit(await agent.open(await requestUrl()), { identifier: 'x', password: '' });
    const page = await switchTo(agent, mistaken, 'ru');
    expect([page.status, languageOf(page)]).toEqual([200, 'ru']);
    expect((await typeCredentials(agent, page, citizen('anna'))).status).toBe(200);
  });

  it('keeps what was typed, and never a secret', async () => {
    const agent = browserThatSpeaks('en');
    const page = await agent.open(await requestUrl());
    const typed = { identifier: 'Анна "О\'Хара" <b>', password: 'a secret' };
    const russian = await switchTo(agent, page, 'ru', typed);
    expect([russian.status, languageOf(russian)]).toEqual([200, 'ru']);
    expect(russian.html).toContain('value="Анна &#34;О&#39;Хара&#34; &lt;b&gt;"');
    expect(russian.html).not.toContain(typed.password);

    const portuguese = await switchTo(agent, russian, 'pt', { identifier: '' });
    expect(portuguese.html).toContain('name="identifier" type="text" value=""');
    expect(languageOf(await agent.open('/'))).toBe('pt');
  });

  it('is no way round the token of a form', async () => {
    const agent = browserThatSpeaks('en');
    const page = await agent.open(await requestUrl());
    const forged = await switchTo(agent, page, 'ru', { csrf: 'made up', identifier: 'anna@example.org' });
    expect(forged.status).toBe(403);
    expect(forged.html).not.toContain('anna@example.org');
  });

  it('tries no password', async () => {
    const agent = browserThatSpeaks('en');
    const { phone, password } = citizen('anna');
    const page = await agent.open(await requestUrl());
    const before = idp.app.services.hashing.count();
    await switchTo(agent, page, 'ru', { identifier: String(phone), password });
    expect(idp.app.services.hashing.count()).toBe(before);
  });

  it('works on a page that is over', async () => {
    const agent = browserThatSpeaks('en');
    const page = await agent.open('/interaction/nothing-here');
    const portuguese = await agent.open(linkTo(page, 'pt'));
    expect([portuguese.status, languageOf(portuguese)]).toEqual([400, 'pt']);
  });

  it('works on the page of a request that was refused, and repeats nothing of the request', async () => {
    const agent = browserThatSpeaks('en');
    const url = new URL(await requestUrl());
    url.searchParams.set('redirect_uri', 'https://elsewhere.example/');
    const page = await agent.open(url.href);
    expect(wordsOf(page)).toContain('an address it has not registered');
    expect(page.html).not.toContain('elsewhere.example');

    const russian = await agent.open(linkTo(page, 'ru'));
    expect([russian.status, languageOf(russian)]).toEqual([400, 'ru']);
  });
});
