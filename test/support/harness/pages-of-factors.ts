// Where people come who have a second factor, or set one up.
import { codeField, mainButton, press, signInAs } from '../browser.ts';
import { newReadyPerson, type ReadyPerson } from '../pin-setting.ts';
import { appCode, newPersonWithApp, secondFactorAcr } from '../second-factor.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Page } from 'playwright-core';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

type Locale = 'ru' | 'en' | 'pt';
type Walk = (page: Page) => Promise<void>;
const stay: Walk = async () => undefined;

export const pagesOfFactors = ({ idp, ownService, personOf }: World, { at }: Ways): ReachedPage[] => {
  const open = (what: string, heading: string, walk: (page: Page, locale: Locale) => Promise<void>): ReachedPage => ({
    what: `second factor: ${what}`,
    heading,
    // Anew in each language: what is fresh now would not be when the next one comes.
    open: async (locale) => {
      const reached = await personOf(`factor ${what} ${locale}`);
      await walk(reached.page, locale);
      return reached;
    },
  });

  const typePassword = async (page: Page, locale: Locale, path: string, person: ReadyPerson): Promise<void> => {
    await page.goto(at(path, locale));
    await signInAs(page, person);
    await page.goto(at(new URL(page.url()).pathname, locale));
  };
  const typeCode = async (page: Page, code: string): Promise<void> => {
    await codeField(page).fill(code);
    await press(page, mainButton(page));
  };

  const asked = (what: string, heading: string, walk: Walk): ReachedPage =>
    open(what, heading, async (page, locale) => {
      const { person } = await newPersonWithApp(idp);
      await idp.app.services.inTransaction((tx) => idp.app.services.secondFactors.sms.switchOn(tx, person.id));
      await typePassword(page, locale, '/account', person);
      await walk(page);
    });
  const other =
    (way: string): Walk =>
    (page) =>
      press(page, page.locator(`.ways a[href$="/${way}"]`));

  /** In the account of somebody who has an app, or nothing yet. */
  const own = (what: string, heading: string, path: string, withApp: boolean, walk: Walk = stay): ReachedPage =>
    open(what, heading, async (page, locale) => {
      const person = withApp ? (await newPersonWithApp(idp)).person : { ...(await newReadyPerson(idp)), secret: '' };
      await typePassword(page, locale, `/account/factors/${path}`, person);
      if (withApp) await typeCode(page, appCode(person.secret));
      await walk(page);
    });
  const toMain: Walk = (page) => press(page, mainButton(page));

  return [
    asked('a code from the app', 'second-factor.totp.title', stay),
    asked('a wrong code', 'second-factor.totp.title', (page) => typeCode(page, '12')),
    asked('an SMS to come', 'second-factor.sms.title', other('sms')),
    asked('an SMS that was sent', 'second-factor.sms.title', async (page) => {
      await other('sms')(page);
      await toMain(page);
    }),
    asked('a recovery code', 'second-factor.recovery.title', other('recovery')),
    open('none', 'second-factor.none.title', async (page, locale) => {
      const { url } = await ownService.begin({ acr_values: secondFactorAcr });
      await page.goto(url);
      await signInAs(page, await newReadyPerson(idp));
      await page.goto(at(new URL(page.url()).pathname, locale));
    }),
    own('an app, off', 'factors.app.title', 'app', false),
    own('an app, on', 'factors.app.title', 'app', true),
    own('the key for an app', 'factors.app-code.title', 'app', false, toMain),
    own('the key and a wrong code', 'factors.app-code.title', 'app', false, async (page) => {
      await toMain(page);
      await typeCode(page, '000000');
    }),
    own('SMS, off', 'factors.sms.title', 'sms', false),
    own('the first recovery codes', 'factors.codes-made.title', 'sms', false, toMain),
    own('recovery codes', 'factors.codes.title', 'recovery-codes', true),
    own('new recovery codes', 'factors.codes-made.title', 'recovery-codes', true, toMain),
  ];
};
