// Where people come in their account: at a glance, its security, the password, help, and the way in that was lost.
import { mainButton, passwordField, press, signInAs } from '../browser.ts';
import { nativeCollection } from '../../../src/mongo/index.ts';
import { citizen } from '../people.ts';
import type { Locale } from '../../../src/web/index.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { Person, World } from './world.ts';

const nameOf = (id: string): string => citizen(id).profile.givenName;

export const pagesOfAccount = ({ idp, personOf }: World, { at, openPath }: Ways): ReachedPage[] => {
  const openAccount = async (path: string, locale: Locale, id = 'anna'): Promise<Person> => {
    const person = await personOf(id);
    const { page } = person;
    await page.goto(at(path, locale));
    if ((await page.locator('input[name="identifier"]').count()) === 0) return person;
    await signInAs(page, citizen(id));
    await page.goto(at(path, locale));
    return person;
  };

  const openPassword = async (locale: Locale, spoil: (page: Person['page']) => Promise<void>): Promise<Person> => {
    const person = await openAccount('/account/password', locale);
    await spoil(person.page);
    return person;
  };

  /** The sign-in was long ago, so that the password is asked for again. */
  const openProof = async (locale: Locale): Promise<Person> => {
    const person = await openAccount('/account', locale, 'joao');
    const { id } = citizen('joao');
    const sessions = nativeCollection(idp.connection, 'oidc_session');
    const accounts = nativeCollection<{ _id: string }>(idp.connection, 'accounts');
    await accounts.updateOne({ _id: id }, { $set: { sessionsValidFrom: new Date(0) } });
    const loginTs = Math.floor(Date.now() / 1000) - 3600;
    await sessions.updateMany({ 'payload.accountId': id }, { $set: { 'payload.loginTs': loginTs } });
    await person.page.goto(at('/account/proof/security', locale));
    return person;
  };

  /** The sign-in is a moment old, so that nothing is asked for. */
  const openData = async (locale: Locale): Promise<Person> => {
    const person = await openAccount('/account', locale, 'emily');
    const present = { $set: { 'payload.loginTs': Math.floor(Date.now() / 1000) } };
    await nativeCollection(idp.connection, 'oidc_session').updateMany(
      { 'payload.accountId': citizen('emily').id },
      present,
    );
    await person.page.goto(at('/account/data', locale));
    return person;
  };

  return [
    {
      what: 'account',
      heading: 'account.home.title',
      name: nameOf('anna'),
      open: (locale) => openAccount('/account', locale),
    },
    {
      what: 'account that needs attention',
      heading: 'account.home.title',
      name: nameOf('dmitry'),
      open: (locale) => openAccount('/account', locale, 'dmitry'),
    },
    { what: 'security', heading: 'account.security.title', open: (locale) => openAccount('/account/security', locale) },
    {
      what: 'security with something done',
      heading: 'account.security.title',
      open: (locale) => openAccount('/account/security?done=password', locale),
    },
    {
      what: 'a new password',
      heading: 'account.password.title',
      open: (locale) => openPassword(locale, async () => undefined),
    },
    {
      what: 'a new password with a mistake',
      heading: 'account.password.title',
      open: (locale) => openPassword(locale, (page) => press(page, mainButton(page))),
    },
    {
      what: 'a new password that was made',
      heading: 'account.password.title',
      open: (locale) => openPassword(locale, (page) => press(page, page.locator('button[value="make"]'))),
    },
    { what: 'everything that is held', heading: 'my-data.title', open: openData },
    {
      what: 'own data, confirmed',
      heading: 'own-data.title',
      open: (locale) => openAccount('/account/profile', locale),
    },
    {
      what: 'a new name',
      heading: 'own-data.rename.title',
      open: (locale) => openAccount('/account/profile/name', locale, 'maria'),
    },
    {
      what: 'a new name with a mistake',
      heading: 'own-data.rename.title',
      open: async (locale) => {
        const person = await openAccount('/account/profile/name', locale, 'maria');
        await person.page.locator('input[name="family_name"]').fill('');
        await press(person.page, mainButton(person.page));
        return person;
      },
    },
    {
      what: 'own details',
      heading: 'own-data.details.title',
      open: (locale) => openAccount('/account/profile/details', locale, 'maria'),
    },
    {
      what: 'own details with a mistake',
      heading: 'own-data.details.title',
      open: async (locale) => {
        const person = await openAccount('/account/profile/details', locale, 'maria');
        await person.page.locator('input[name="nickname"]').fill('12');
        await person.page.locator('input[name="birthdate_day"]').fill('31');
        await press(person.page, mainButton(person.page));
        return person;
      },
    },
    {
      what: 'help of the account',
      heading: 'account.help.title',
      open: (locale) => openAccount('/account/help', locale),
    },
    { what: 'a fresh proof', heading: 'proof.title', open: openProof },
    {
      what: 'a fresh proof with a mistake',
      heading: 'proof.title',
      open: async (locale) => {
        const person = await openProof(locale);
        await passwordField(person.page).fill('a wrong one');
        await press(person.page, mainButton(person.page));
        return person;
      },
    },
    {
      what: 'the way into the account, lost',
      heading: 'account.entry-lost.title',
      open: (locale) => openPath('/account/callback?code=x&state=y', locale),
    },
  ];
};
