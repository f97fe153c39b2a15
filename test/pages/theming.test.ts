// A deployment under its own name and in its own colours, over the real app.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf, wordsOf, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { readOutbox, typePassword } from '../support/new-device.ts';
import { citizen } from '../support/people.ts';

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from([0, 255, 254, 195, 40, 10])]);
const name = 'Город «Юг» & Co';

let folder: string;
let own: TestCivicId;
let plain: TestCivicId;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'civic-id-theming-'));
  const mark = join(folder, 'mark');
  writeFileSync(mark, png);
  const look = {
    DEPLOYMENT_NAME: name,
    DEPLOYMENT_ADDRESS: '12 Main Street, South City',
    SUPPORT_CONTACT: '+7 (495) 000-00-00',
    MARK_FILE: mark,
    ACCENT_COLOUR: '#8a1c3b',
  };
  [own, plain] = await Promise.all([startCivicId({ look, newDeviceCodes: true, demo: true }), startCivicId()]);
});
afterAll(async () => {
  await Promise.all([own, plain].map((idp) => idp.stop()));
  rmSync(folder, { recursive: true });
});

const open = (idp: TestCivicId, path = '/'): Promise<PageView> => createBrowserAgent(idp.issuer).open(path);
const bytesAt = async (idp: TestCivicId, path: string) => {
  const answer = await fetch(new URL(path, idp.issuer));
  return { headers: answer.headers, content: Buffer.from(await answer.arrayBuffer()) };
};
const styleSheets = ({ html }: PageView): string[] =>
  [...html.matchAll(/<link rel="stylesheet" href="([^"]*)">/g)].map(([, href = '']) => href);
const frameColours = ({ html }: PageView): string[] =>
  [...html.matchAll(/<meta name="theme-color" content="([^"]*)"/g)].map(([, colour = '']) => colour);
const footOf = ({ html }: PageView): string => html.split('class="foot"')[1] ?? '';

describe('the name', () => {
  it.each(['/', '/nothing-here', '/sandbox/citizens'])('stands in the title and at the top: %s', async (path) => {
    const page = await open(own, path);
    expect(titleOf(page)).toMatch(new RegExp(`— ${name}$`));
    expect(/class="brand"[\s\S]*?<\/a>/.exec(page.html)?.[0]).toContain(
      '<span translate="no">Город «Юг» &amp; Co</span>',
    );
    expect(wordsOf(page)).not.toContain('Civic ID');
  });

  it.each(['anna', 'emily', 'joao'])('stands in what is sent, and no other: to %s', async (id) => {
    const person = citizen(id);
    const { agent, page } = await typePassword(own, person);
    const code = (await readOutbox(own)).find(({ to }) => to === person.phone)?.code ?? '';
    await agent.submit(page, { code });

    const sent = (await readOutbox(own)).filter(({ to }) => to === person.phone || to === person.email);
    expect(sent.map(({ channel }) => channel).sort()).toEqual(['email', 'sms', 'sms']);
    for (const { text } of sent) expect(text).toContain(name);
    for (const { text, subject } of sent) expect(`${subject ?? ''}${text}`).not.toContain('Civic ID');
  });

  it('stands in the demo service', async () => {
    const html = await fetch(own.demoUrl ?? '').then((answer) => answer.text());
    expect(html).toContain('Войти через Город «Юг» &amp; Co');
    expect(html).not.toContain('Civic ID');
  });
});

describe('colours of its own', () => {
  it('come in a style sheet after ours, kept for ever, for screens light and dark', async () => {
    const [ours, theme = '', ...more] = styleSheets(await open(own));
    expect([ours, theme, more]).toEqual([
      expect.stringMatching(/^\/assets\/[\da-f]{12}\/style\.css$/),
      expect.stringMatching(/^\/assets\/[\da-f]{12}\/theme\.css$/),
      [],
    ]);
    const { headers, content } = await bytesAt(own, theme);
    expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(headers.get('cache-control')).toContain('immutable');
    const [light = '', dark = ''] = content.toString().split('\n');
    expect(light).toMatch(/^@media screen \{ :root \{ .*--accent: #8a1c3b; .*--on-accent: #ffffff; .*\} \}$/);
    expect(dark).toMatch(/^@media screen and \(prefers-color-scheme: dark\) \{ :root \{ .*--accent: #\w{6}; .*\} \}$/);
  });

  it('are not there where nothing differs', async () => {
    expect(styleSheets(await open(plain))).toEqual([expect.stringMatching(/style\.css$/)]);
  });

  it('also colour the browser’s frame', async () => {
    const file = join(folder, 'theme.json');
    writeFileSync(file, '{"light":{"mist":"#f5f1ea"},"dark":{"mist":"#101010"}}');
    const tinted = await startCivicId({ look: { THEME_FILE: file } });
    expect(frameColours(await open(tinted))).toEqual(['#f5f1ea', '#101010']);
    await tinted.stop();
    expect(frameColours(await open(plain))).toEqual(['#eef2f4', '#0e171e']);
  });

  it('need nothing that the security policy forbids', async () => {
    const page = await open(own);
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.html).not.toMatch(/ style=|<style/);
  });
});

describe('a mark of its own', () => {
  it('is a picture without words, and the icon, to the byte', async () => {
    const { html } = await open(own);
    const src = /<img class="mark" src="([^"]*)" alt="" width="32" height="32">/.exec(html)?.[1] ?? '';
    expect(src).toMatch(/^\/assets\/[\da-f]{12}\/mark\.png$/);
    expect(html).toContain(`<link rel="icon" href="${src}" type="image/png">`);
    expect(html).not.toContain('<svg');
    const { headers, content } = await bytesAt(own, src);
    expect(headers.get('content-type')).toBe('image/png');
    expect(content.equals(png)).toBe(true);
  });

  it('is a keyhole where none is given', async () => {
    const { html } = await open(plain);
    expect(html).toContain('<svg class="mark"');
    expect(html).toMatch(/<link rel="icon" href="[^"]*\/icon\.svg" type="image\/svg\+xml">/);
  });

  it('lets no other file be changed on the way', async () => {
    const { html } = await open(own);
    const style = await bytesAt(own, /href="([^"]*style\.css)"/.exec(html)?.[1] ?? '');
    expect(style.content.equals(readFileSync('views/assets/style.css'))).toBe(true);
  });
});

describe('the foot', () => {
  it('says whom to call, so that a press calls them, and where they are', async () => {
    const foot = footOf(await open(own));
    expect(foot).toContain('<a href="tel:+74950000000">Support: +7 (495) 000-00-00</a>');
    expect(foot).toContain('<bdi>12 Main Street, South City</bdi>');
  });

  it('without an address has none, and a number within the country is called as it is', async () => {
    const foot = footOf(await open(plain));
    expect(foot).toContain('<a href="tel:88000000000">Support: 8 800 000-00-00</a>');
    expect(foot).not.toContain('<bdi>');
  });

  it.each([
    ['112', 'tel:112'],
    ['help@id.example.org', undefined],
    ['room 12, on weekdays', undefined],
    ['12-', undefined],
  ])('links a phone alone: %s', async (contact, href) => {
    const idp = await startCivicId({ look: { SUPPORT_CONTACT: contact } });
    const foot = footOf(await open(idp));
    await idp.stop();
    expect(foot).toContain(`Support: ${contact}`);
    expect(/href="(tel:[^"]*)"/.exec(foot)?.[1]).toBe(href);
  });
});
