// Where people come who look after their passkeys, or are asked for one. Their authenticators do not know them: what each of them is told stands on the page.
import type { Page } from 'playwright-core';
import { mainButton, press, signInAs } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import { giveUnusablePasskey } from '../passkeys.ts';
import { plugIn } from '../virtual-authenticator.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Walk = (page: Page) => Promise<void>;
const stay: Walk = async () => undefined;

export const pagesOfPasskeys = ({ idp, personOf }: World, { at }: Ways): ReachedPage[] => {
  // Anew in each language: the password is asked again once it is old.
  const open = (what: string, heading: string, walk: (page: Page, at: (path: string) => string) => Promise<void>) => ({
    what,
    heading,
    open: async (locale: 'ru' | 'en' | 'pt') => {
      const reached = await personOf(`${what} ${locale}`);
      await walk(reached.page, (path) => at(path, locale));
      return reached;
    },
  });
  const own = (what: string, heading: string, path: string, walk: Walk = stay): ReachedPage =>
    open(what, heading, async (page, inLanguage) => {
      await page.goto(inLanguage(path));
      await signInAs(page, await newPerson(idp));
      await page.goto(inLanguage(path));
      await walk(page);
    });
  const waitForFailure: Walk = (page) => page.locator('[data-passkey-failed]').waitFor({ state: 'visible' });
  const failAt =
    (button: string): Walk =>
    async (page) => {
      await plugIn(page, { isUserVerified: false });
      await press(page, page.locator(button));
      await waitForFailure(page);
    };

  /** The password is right, the passkey is asked for. */
  const asked = (what: string, walk: Walk): ReachedPage =>
    open(what, 'second-factor.passkey.title', async (page, inLanguage) => {
      const person = await newPerson(idp);
      await giveUnusablePasskey(idp, person);
      await page.goto(inLanguage('/account'));
      await signInAs(page, person);
      await page.goto(inLanguage(new URL(page.url()).pathname));
      await walk(page);
    });
  const answerWrongly: Walk = async (page) => {
    await press(page, page.locator('button[value="ask"]'));
    await page.locator('input[name="credential"]').evaluate((field) => {
      field.value = '{}';
      field.form.submit();
    });
    await page.locator('.notice.danger').waitFor();
  };

  return [
    own('passkeys', 'passkeys.title', '/account/passkeys'),
    own('a name for a passkey', 'passkeys.new.title', '/account/passkeys/add'),
    own('a passkey that is being made', 'passkeys.making.title', '/account/passkeys/add', failAt('button.main')),
    open('a passkey in place of the password', 'passkey-page.title', async (page, inLanguage) => {
      await page.goto(inLanguage('/account'));
      await failAt('button[form="passkey"]')(page);
    }),
    asked('second factor: a passkey', stay),
    asked('second factor: a passkey that fails', failAt('button[value="ask"]')),
    asked('second factor: a passkey that is refused', answerWrongly),
    open('the last second step goes', 'passkeys.removal.title', async (page, inLanguage) => {
      const person = await newPerson(idp);
      await page.goto(inLanguage('/account/passkeys'));
      await signInAs(page, person);
      await giveUnusablePasskey(idp, person);
      const [passkey] = await idp.app.services.passkeys.list(person.id);
      await page.goto(`${inLanguage('/account/passkeys/remove')}&key=${passkey?.id ?? ''}`);
      await mainButton(page).waitFor({ state: 'detached' });
    }),
  ];
};
