// What messages say, in every language. Texts that are added later are held to the same.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import Bowser from 'bowser';
import { loadTexts, locales, type Locale } from '../../src/web/index.ts';

const dir = fileURLToPath(new URL('../../views/locales', import.meta.url));
const translate = loadTexts(dir);

type Tree = { [name: string]: string | Tree };
const keysOf = (tree: Tree, path = ''): string[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [path + name] : keysOf(value, `${path}${name}.`),
  );

const longest = (names: Record<string, string>): string =>
  Object.values(names).reduce((found, name) => (name.length > found.length ? name : found), '');

/** The longest that any of these will be. */
const values = {
  code: '004217',
  host: 'id.municipality.example.org',
  deployment: 'Civic ID',
  support: '8 800 000-00-00',
  device: `${longest(Bowser.BROWSER_MAP)}, ${longest(Bowser.OS_MAP)}`,
  time: '30 сентября 2026 г. в 23:59 GMT+3',
  link: 'https://id.municipality.example.org/not-me/c0ffee-c0ffee_c0ffee-1',
};

/** Every message of a language by its key, filled in. */
const messagesIn = (locale: Locale): [key: string, text: string][] => {
  const keys = keysOf(JSON.parse(readFileSync(`${dir}/${locale}.json`, 'utf8')));
  return keys
    .filter((key) => /^(message|notice)\..*\.(sms|email|subject)$/.test(key))
    .map((key) => [key, translate[locale](key, values)]);
};
const all = locales.flatMap((locale) => messagesIn(locale).map(([key, text]) => ({ locale, key, text })));
/** Every notice but those after which nothing is left that a link could stop, and what a recovery writes; no other message with a code. */
const hasLink = (key: string): boolean =>
  /^notice\.(?!not-me\.|deleted\.|recovery-stopped\.)|^message\.recovery-/.test(key);
const eventOf = (key: string): string => (key.startsWith('message.') ? 'recovery-asked' : (key.split('.')[1] ?? ''));
const ofKind = (kind: string) => all.filter(({ key }) => key.endsWith(`.${kind}`));

// GSM 03.38: seven bits a letter; with any other letter the whole SMS takes sixteen.
const sevenBits = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;
const twoSegments = (text: string): number => (sevenBits.test(text) ? 2 * 153 : 2 * 67);

describe('every message', () => {
  it('is there in three languages, by SMS and by e-mail, but for the codes of a PIN and of a second factor, which go to the phone alone', () => {
    const bySms = ofKind('sms').filter(({ key }) => !/^message\.(pin|second-factor)-code\.sms$/.test(key));
    expect(bySms.length).toBe(ofKind('email').length);
    expect(ofKind('sms').length).toBe(bySms.length + 2 * locales.length);
    expect(ofKind('subject').length).toBe(ofKind('email').length);
    expect(ofKind('sms').length).toBeGreaterThanOrEqual(2 * locales.length);
  });

  it.each(all)('says from whom it is and leads nowhere but to “this was not me”: $locale $key', ({ text }) => {
    expect(text).toContain('Civic ID');
    expect(text.replace(values.link, '')).not.toMatch(/https?:|www\.|\{\{|undefined|!/);
    expect(text).toBe(text.trim());
  });

  it.each([...ofKind('sms'), ...ofKind('email')])(
    'says what to do if it was not you: $locale $key',
    ({ key, text }) => {
      expect(text).toContain('Civic ID');
      expect(text.includes(values.link)).toBe(hasLink(key));
      if (!hasLink(key) || key.endsWith('.email')) expect(text).toContain(values.support);
    },
  );
});

describe('a link of a notice', () => {
  it.each(ofKind('sms').filter(({ key }) => hasLink(key)))(
    'ends the SMS, so that no dot becomes part of it: $locale $key',
    ({ text }) => expect(text.endsWith(` ${values.link}`)).toBe(true),
  );

  it.each(ofKind('email').filter(({ key }) => hasLink(key)))(
    'stands in a line of its own, and the page behind it knows what it was about: $locale $key',
    ({ locale, key, text }) => {
      expect(text.split('\n')).toContain(values.link);
      expect(translate[locale](`not-me.event.${eventOf(key)}`)).not.toBe('');
    },
  );
});

describe('an SMS', () => {
  it.each(ofKind('sms'))('fits two segments: $locale $key', ({ text }) => {
    expect(text.length).toBeLessThanOrEqual(twoSegments(text));
  });

  it.each(ofKind('sms').filter(({ text }) => text.includes(values.code)))(
    'with a code begins with it and ends with the line that binds it to our address, or with the link that stops it: $locale $key',
    ({ key, text }) => {
      expect(text.startsWith(values.code)).toBe(true);
      const bound = `@${values.host} #${values.code}`;
      expect(
        text
          .split('\n')
          .at(-1)
          ?.endsWith(hasLink(key) ? values.link : bound),
      ).toBe(true);
      expect(text).toMatch(/Никому его не сообщайте|Do not share it|Não o partilhe/);
    },
  );
});

describe('the subject of an e-mail', () => {
  it.each(ofKind('subject'))(
    'holds no code, which would show on a locked screen, and is one short line: $locale $key',
    ({ text }) => {
      expect(text).not.toContain(values.code);
      expect(text).not.toContain('\n');
      expect(text.length).toBeLessThan(60);
    },
  );
});
