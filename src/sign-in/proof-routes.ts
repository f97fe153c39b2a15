// The page that asks a signed-in person for the password once more, and the gate that leads there.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type PageContext, type PageState, type Web } from '../web/index.ts';
import { proofPage, type ProofState } from './pages.ts';
import type { SignedInPerson, WithPerson, WithFreshProof } from '../oidc/index.ts';
import type { AskedPasskey } from './asked-passkey.ts';
import type { FreshProofRules } from './fresh-proof.ts';

interface Rules {
  freshProof: FreshProofRules;
  askedPasskey: AskedPasskey;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  renewSession: (ctx: PageContext) => Promise<void>;
}

const account = '/account';
const proofForm = z.strictObject({
  username: z.string().optional(),
  password: z.string().default(''),
  action: z.literal('passkey').optional(),
});

export const createWithFreshProof =
  ({ freshProof }: Pick<Rules, 'freshProof'>, { cookies }: Pick<Http, 'cookies'>): WithFreshProof =>
  async (ctx, person, work) => {
    const proof = await freshProof.find(person, cookies.read(ctx, 'proof'));
    if (proof !== undefined) return work(proof);
    return moveOn(ctx, `${account}/proof${ctx.path.slice(account.length)}`);
  };

export const proofRoutes = (
  { freshProof, askedPasskey, now }: Rules,
  { withPerson, renewSession, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>();
  const address = /^\/account\/proof((?:\/[a-z-]+)+)$/;
  /** The page of the account that waits behind this one. */
  const waitingPage = ({ path }: PageContext): string => `${account}${address.exec(path)?.[1] ?? ''}`;

  const showProof = async (ctx: PageContext, person: SignedInPerson, state: ProofState) => {
    const place = { action: ctx.path, mayUsePasskey: await freshProof.mayUsePasskeyAlone(person) };
    return show(ctx, proofPage(ctx.state, person.account, { ...place, ...state }, now()));
  };

  /** Its page is that of a second factor, without the other ways. */
  const askForPasskey = async (ctx: PageContext, person: SignedInPerson) => {
    const begun = await freshProof.beginByPasskey(person);
    if (begun === undefined) return showProof(ctx, person, {});
    cookies.write(ctx, 'proof', begun.token);
    cookies.write(ctx, 'passkey', await askedPasskey.begin({ account: person.account, flowId: begun.flow.id }, false));
    return moveOn(ctx, `${account}/proof-code/by-passkey-asked${address.exec(ctx.path)?.[1] ?? ''}`);
  };

  router.get(address, (ctx) =>
    withPerson(ctx, async (person) => {
      const proof = await freshProof.find(person, cookies.read(ctx, 'proof'));
      return proof === undefined ? showProof(ctx, person, {}) : moveOn(ctx, waitingPage(ctx));
    }),
  );

  router.post(address, async (ctx) => {
    const { password, action } = await readForm(ctx, proofForm);
    await withPerson(ctx, async (person) => {
      if (action === 'passkey') return askForPasskey(ctx, person);
      const { t, visit } = ctx.state;
      const mistake = (key: string) => showProof(ctx, person, { mistakes: [{ field: 'password', text: t(key) }] });
      if (password === '') return mistake('proof.mistake.missing');

      const proved = await freshProof.prove(person, password, { ...visit, clientId: undefined });
      switch (proved.outcome) {
        case 'proved':
          await renewSession(ctx);
          cookies.write(ctx, 'proof', proved.flowToken);
          return moveOn(ctx, waitingPage(ctx));
        case 'factor-asked':
          cookies.write(ctx, 'proof', proved.flowToken);
          return moveOn(ctx, `${account}/proof-code${address.exec(ctx.path)?.[1] ?? ''}`);
        case 'wrong':
          return mistake('proof.mistake.wrong');
        case 'wait':
          return showProof(ctx, person, { waitUntil: proved.until });
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  return router;
};
