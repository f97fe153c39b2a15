// A person who needs longer presses one button: the request waits for them again, though not for ever (WCAG 2.2.1).
import type { ModelStore } from '../records/model-store.ts';
import type { PageContext, Web } from '../../web/index.ts';

interface Needs {
  modelStore: Pick<ModelStore, 'extendInteraction'>;
  cookies: Pick<Web['cookies'], 'nameOf'>;
  /** Seconds that a step of a request waits, and that it waits at most. */
  lifetimes: { interaction: number; interactionAtMost: number };
}

export const createMoreTime =
  ({ modelStore, cookies, lifetimes }: Needs) =>
  /** `returnTo`: where the request goes on; both of its cookies live as long as it does. */
  async (ctx: PageContext, { uid, returnTo }: { uid: string; returnTo: string }): Promise<void> => {
    if (!(await modelStore.extendInteraction(uid, lifetimes.interaction, lifetimes.interactionAtMost))) return;

    const options = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax' } as const;
    const maxAge = lifetimes.interaction * 1000;
    ctx.cookies.set(cookies.nameOf('interaction'), uid, { ...options, maxAge, path: `/interaction/${uid}` });
    ctx.cookies.set(cookies.nameOf('resume'), uid, { ...options, maxAge, path: new URL(returnTo).pathname });
  };
