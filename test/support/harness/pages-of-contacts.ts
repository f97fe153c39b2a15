// Where people come who change a contact.
import { codeField, mainButton, press, signInAs } from '../browser.ts';
import { newEmail, newPhone } from '../contacts.ts';
import { newReadyPerson } from '../pin-setting.ts';
import { forgetSends, lastCodeTo, readOutbox } from '../new-device.ts';
import type { Page } from 'playwright-core';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Then = (page: Page) => Promise<void>;

export const pagesOfContacts = ({ idp, personOf, stopOf }: World, { at }: Ways): ReachedPage[] => {
  /** Whether somebody has done what stops them from coming here afresh is known by `begin`; `then` is done in each language. */
  const open = (
    what: string,
    heading: string,
    { path, begin = async () => undefined, then = async () => undefined }: { path: string; begin?: Then; then?: Then },
  ): ReachedPage => ({
    what: `contacts: ${what}`,
    heading,
    open: async (locale) => {
      const reached = await personOf(`contacts ${what}`);
      const { page } = reached;
      const stop = await stopOf(`contacts ${what}`, page, async () => {
        await page.goto(at(path, locale));
        await signInAs(page, await newReadyPerson(idp));
        await page.goto(at(path, locale));
        await begin(page);
      });
      await page.goto(at(stop, locale));
      await then(page);
      return reached;
    },
  });
  const typeNew: Then = async (page) => {
    await forgetSends(idp);
    await page.locator('input[name="phone"]').fill(newPhone());
    await press(page, mainButton(page));
  };
  const typeCode = async (page: Page, code: string): Promise<void> => {
    await codeField(page).fill(code);
    await press(page, mainButton(page));
  };
  const phone = '/account/contacts/phone';

  return [
    open('the list', 'contacts.title', { path: '/account/contacts' }),
    open('a new phone', 'contacts.new.title.phone.change', { path: phone }),
    open('a phone that is none', 'contacts.new.title.phone.change', {
      path: phone,
      then: async (page) => {
        await page.locator('input[name="phone"]').fill('12');
        await press(page, mainButton(page));
      },
    }),
    open('the one that is there', 'contacts.new.title.email.change', {
      path: '/account/contacts/email',
      then: async (page) => {
        await page.locator('input[name="email"]').fill('');
        await press(page, mainButton(page));
      },
    }),
    open('the code', 'contacts.code.title', { path: phone, begin: typeNew }),
    open('a code that cannot be one', 'contacts.code.title', {
      path: phone,
      begin: typeNew,
      then: (page) => typeCode(page, '12'),
    }),
    open('too many wrong codes', 'code-page.used-up.title', {
      path: phone,
      begin: async (page) => {
        await typeNew(page);
        while ((await codeField(page).count()) > 0) await typeCode(page, '000000');
      },
    }),
    open('changed', 'contacts.title', {
      path: '/account/contacts/email',
      begin: async (page) => {
        await forgetSends(idp);
        await page.locator('input[name="email"]').fill(newEmail());
        await press(page, mainButton(page));
        const { to } = (await readOutbox(idp)).find(({ purpose }) => purpose === 'contact') ?? { to: '' };
        await typeCode(page, await lastCodeTo(idp, to));
      },
    }),
    open('removing a phone', 'contacts.remove.title.phone', { path: `${phone}/remove` }),
    open('the last one', 'contacts.last.title.email', {
      path: `${phone}/remove`,
      begin: async (page) => {
        await press(page, mainButton(page));
        await page.goto(at('/account/contacts/email/remove', 'ru'));
      },
    }),
  ];
};
