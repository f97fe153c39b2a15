// Where people come on the way to a PIN.
import { codeField, mainButton, pinField, press, signInAs } from '../browser.ts';
import { lastCodeTo } from '../new-device.ts';
import { newReadyPerson, type ReadyPerson } from '../pin-setting.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Page } from 'playwright-core';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Walk = (page: Page, person: ReadyPerson) => Promise<void>;

export const pagesOfPin = ({ idp, personOf, stopOf }: World, { at }: Ways): ReachedPage[] => {
  const toCode: Walk = (page) => press(page, mainButton(page));
  const toChoose: Walk = async (page, person) => {
    await toCode(page, person);
    await codeField(page).fill(await lastCodeTo(idp, person.phone));
    await press(page, mainButton(page));
  };
  const choose = async (page: Page, pin: string, again = pin): Promise<void> => {
    await pinField(page).fill(pin);
    await page.locator('input[name="pin_again"]').fill(again);
    await press(page, mainButton(page));
  };

  /** Somebody who has come so far; what comes `then` is done in each language. */
  const open = (
    what: string,
    heading: string,
    walk: Walk,
    then: (page: Page) => Promise<void> = async () => undefined,
  ) => ({
    what: `setting a PIN: ${what}`,
    heading,
    open: async (locale: 'ru' | 'en' | 'pt') => {
      const reached = await personOf(`set-pin ${what}`);
      const { page } = reached;
      const stop = await stopOf(`set-pin ${what}`, page, async () => {
        const person = await newReadyPerson(idp);
        await page.goto(at('/account/pin', locale));
        await signInAs(page, person);
        await walk(page, person);
      });
      await page.goto(at(stop, locale));
      await then(page);
      return reached;
    },
  });

  return [
    open('the first page', 'pin-setting.start.title.none', async () => undefined),
    open('the code', 'pin-setting.code.title', toCode),
    open('a code that cannot be one', 'pin-setting.code.title', toCode, async (page) => {
      await codeField(page).fill('12');
      await press(page, mainButton(page));
    }),
    open('too many wrong codes', 'pin-setting.used-up.title', async (page, person) => {
      await toCode(page, person);
      while ((await codeField(page).count()) > 0) {
        await codeField(page).fill('000000');
        await press(page, mainButton(page));
      }
    }),
    open('the PIN', 'pin-setting.choose.title', toChoose),
    open('a PIN that is easy to guess', 'pin-setting.choose.title', toChoose, (page) => choose(page, '1234')),
    open('two that differ', 'pin-setting.choose.title', toChoose, (page) => choose(page, '7305', '6193')),
    open('done', 'pin-setting.done.title.created', async (page, person) => {
      await toChoose(page, person);
      await choose(page, '7305');
    }),
    {
      what: 'setting a PIN: not ready',
      heading: 'pin-setting.not-ready.title',
      open: async (locale) => {
        const reached = await personOf('set-pin not ready');
        const { page } = reached;
        await page.goto(at('/account/pin', locale));
        if ((await page.locator('input[name="identifier"]').count()) > 0) {
          const person = await newReadyPerson(idp, { level: 'standard' });
          await signInAs(page, person);
        }
        return reached;
      },
    },
  ];
};
