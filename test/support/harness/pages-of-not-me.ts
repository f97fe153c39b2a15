// Where people come from the link of a notice.
import { mainButton, press } from '../browser.ts';
import { newPerson } from '../new-person.ts';
import { tellOf } from '../not-me.ts';
import type { ReachedPage } from './pages-on-the-way.ts';
import type { Ways } from './ways.ts';
import type { World } from './world.ts';

export const pagesOfNotMe = ({ idp, personOf, stopOf }: World, { at, openPath }: Ways): ReachedPage[] => {
  return [
    {
      what: 'not me',
      heading: 'not-me.ask.title',
      open: async (locale) => {
        const person = await personOf('told of a sign-in');
        const { page } = person;
        const stop = await stopOf('not me', page, async () => {
          await page.goto(await tellOf(idp, await newPerson(idp)));
        });
        await page.goto(at(stop, locale));
        return person;
      },
    },
    {
      what: 'not me, done',
      heading: 'not-me.done.title',
      open: async (locale) => {
        const person = await personOf('was not them');
        const { page } = person;
        const stop = await stopOf('not me, done', page, async () => {
          await page.goto(await tellOf(idp, await newPerson(idp)));
          await press(page, mainButton(page));
        });
        await page.goto(at(stop, locale));
        return person;
      },
    },
    {
      what: 'a link of a notice that is of no use',
      heading: 'not-me.over.title',
      open: (locale) => openPath('/not-me/c0ffee-c0ffee_c0ffee-1', locale),
    },
  ];
};
