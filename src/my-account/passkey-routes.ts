// The pages of passkeys. What the browser's authenticator answers comes as text in one field of an ordinary form.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import {
  passkeyMakingPage,
  passkeyNamePage,
  passkeyRemovalPage,
  passkeysAddress,
  passkeysDone,
  passkeysPage,
  type PasskeysDone,
} from './passkeys/pages.ts';
import { recoveryCodesPage } from './factors/pages.ts';
import type { SignedInPerson, WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { Passkey } from '../second-factors/index.ts';
import type { PasskeySettings } from './passkeys/passkey-settings.ts';

interface Rules {
  passkeySettings: PasskeySettings;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const doneQuery = z.enum(passkeysDone).optional().catch(undefined);
const keyQuery = z.string().catch('');
const removeForm = z.strictObject({ remove: z.string() });
const addForm = z.strictObject({ name: z.string().default('') });
const renameForm = z.strictObject({ key: z.string(), name: z.string().default('') });
const answerForm = z.strictObject({ credential: z.string() });

export const passkeyRoutes = (
  { passkeySettings: settings }: Rules,
  { withPerson, withFreshProof, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>({ prefix: passkeysAddress });
  const tell = (ctx: PageContext, done: PasskeysDone) => moveOn(ctx, `${passkeysAddress}?done=${done}`);
  const visitOf = ({ state }: PageContext) => ({ ...state.visit, clientId: undefined });
  const noName = ({ state }: PageContext) => [{ field: 'name', text: state.t('passkeys.mistake.no-name') }];

  router.get('/', (ctx) =>
    withPerson(ctx, async ({ account }) => {
      const done = doneQuery.parse(ctx.query['done']);
      const passkeys = await settings.list(account);
      return show(ctx, passkeysPage(ctx.state, account, { passkeys, most: settings.most, done }));
    }),
  );

  const remove = async (ctx: PageContext, isSure: boolean) => {
    const { remove: id } = await readForm(ctx, removeForm);
    await withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async (proof) => {
        const { outcome } = await settings.remove(person, proof, { id, isSure }, visitOf(ctx));
        if (outcome === 'signed-out') return moveOn(ctx, passkeysAddress);
        return outcome === 'last-factor' ? moveOn(ctx, `${passkeysAddress}/remove?key=${id}`) : tell(ctx, outcome);
      }),
    );
  };

  router.post('/', (ctx) => remove(ctx, false));

  /** The passkey that an address speaks of, of this person. */
  const withNamed = (ctx: PageContext, work: (person: SignedInPerson, passkey: Passkey) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      const key = keyQuery.parse(ctx.query['key'] ?? ctx.state.typed?.get('key'));
      const passkey = (await settings.list(person.account)).find(({ id }) => id === key);
      return passkey === undefined ? moveOn(ctx, passkeysAddress) : work(person, passkey);
    });

  /** Before the last second factor goes, it is said what goes with it. */
  router.get('/remove', (ctx) =>
    withNamed(ctx, async ({ account }, passkey) => show(ctx, passkeyRemovalPage(ctx.state, account, passkey))),
  );

  router.post('/remove', (ctx) => remove(ctx, true));

  router.get('/add', (ctx) =>
    withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async () => {
        const { device } = ctx.state.visit;
        return show(ctx, passkeyNamePage(ctx.state, person.account, { name: device === 'unknown' ? '' : device }));
      }),
    ),
  );

  router.post('/add', async (ctx) => {
    const { name } = await readForm(ctx, addForm);
    await withPerson(ctx, (person) =>
      withFreshProof(ctx, person, async (proof) => {
        const begun = await settings.begin(proof, name);
        switch (begun.outcome) {
          case 'begun':
            cookies.write(ctx, 'passkey', begun.flowToken);
            return moveOn(ctx, `${passkeysAddress}/new`);
          case 'no-name':
            return show(ctx, passkeyNamePage(ctx.state, person.account, { name, mistakes: noName(ctx) }));
          case 'full':
            return tell(ctx, 'full');
        }
      }),
    );
  });

  router.get('/new', (ctx) =>
    withPerson(ctx, async (person) => {
      const asked = await settings.open(person, cookies.read(ctx, 'passkey'));
      if (asked === undefined) return moveOn(ctx, passkeysAddress);
      return show(ctx, passkeyMakingPage(ctx.state, person.account, asked));
    }),
  );

  router.post('/new', async (ctx) => {
    const { credential } = await readForm(ctx, answerForm);
    await withPerson(ctx, async (person) => {
      const [token, deviceCookie] = [cookies.read(ctx, 'passkey'), cookies.read(ctx, 'device')];
      const added = await settings.add(person, { token, answer: credential, deviceCookie }, visitOf(ctx));
      if (added.outcome !== 'added') return tell(ctx, added.outcome === 'refused' ? 'gone' : added.outcome);
      if (added.codes.length === 0) return tell(ctx, 'added');
      return show(ctx, recoveryCodesPage(ctx.state, person.account, { codes: added.codes, added: 'passkey' }));
    });
  });

  router.get('/rename', (ctx) =>
    withNamed(ctx, async ({ account }, { id: key, name }) =>
      show(ctx, passkeyNamePage(ctx.state, account, { name, key })),
    ),
  );

  router.post('/rename', async (ctx) => {
    const { key, name } = await readForm(ctx, renameForm);
    await withPerson(ctx, async (person) => {
      const { outcome } = await settings.rename(person, key, name, visitOf(ctx));
      if (outcome !== 'no-name') return tell(ctx, outcome);
      return show(ctx, passkeyNamePage(ctx.state, person.account, { name, key, mistakes: noName(ctx) }));
    });
  });

  return router;
};
