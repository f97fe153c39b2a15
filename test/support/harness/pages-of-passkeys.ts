// Where people come who look after their passkeys.
import { signInAs } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

export const pagesOfPasskeys = ({ idp, personOf }: World, { at }: Ways): ReachedPage[] => {
  const own = (what: string, heading: string, path: string): ReachedPage => ({
    what,
    heading,
    // Anew in each language: the password is asked again once it is old.
    open: async (locale) => {
      const reached = await personOf(`${what} ${locale}`);
      await reached.page.goto(at(path, locale));
      await signInAs(reached.page, await newPerson(idp));
      await reached.page.goto(at(path, locale));
      return reached;
    },
  });
  return [
    own('passkeys', 'passkeys.title', '/account/passkeys'),
    own('a name for a passkey', 'passkeys.new.title', '/account/passkeys/add'),
  ];
};
