// What stands between a request and its answer, in order: login, the second factor, the terms of use, the assurance level, consent, and always last the PIN.
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { createAssurancePrompt, neededLevelOf } from './assurance.ts';
import { chooseLevel, readAskedLevels } from './levels.ts';
import { createPinPrompt } from './pin-confirmation.ts';
import { createSecondFactorPrompt } from './second-factor.ts';
import { createTermsPrompt } from './terms.ts';

const { Check, base } = interactionPolicy;

interface Needs {
  /** Of the terms of use in force. */
  termsVersion: string;
  isSomebodyElse: (ctx: KoaContextWithOIDC) => Promise<boolean>;
  hasSecondFactor: (accountId: string) => Promise<boolean>;
}

const textOrNothing = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What the engine passes on of the level is overwritten by `acr_values`: the parameters themselves are read again. */
export const askedLevels = ({ oidc }: KoaContextWithOIDC) => {
  const claims = textOrNothing(oidc.params?.['claims']);
  return readAskedLevels({
    claims: claims === undefined ? undefined : JSON.parse(claims),
    acrValues: textOrNothing(oidc.params?.['acr_values']),
    defaults: oidc.client?.defaultAcrValues,
  });
};

const levels = new WeakMap<KoaContextWithOIDC['oidc'], string | undefined>();

/** The level to answer with; undefined where none of ours is asked for. Throws what a service gets that asks for the impossible. */
export const levelOf = (ctx: KoaContextWithOIDC): string | undefined => {
  if (!levels.has(ctx.oidc)) levels.set(ctx.oidc, chooseLevel(askedLevels(ctx)));
  return levels.get(ctx.oidc);
};

export const createPrompts = ({ isSomebodyElse, hasSecondFactor, termsVersion }: Needs) => {
  const policy = base();
  const login = policy.get('login');
  if (login === undefined) throw new Error('the engine has no login prompt');

  // The engine's own checks of these would ask for a sign-in again and again, or forget the question on the way back.
  for (const reason of ['essential_acr', 'essential_acrs', 'id_token_hint', 'claims_id_token_sub_value'])
    login.checks.remove(reason);

  login.checks.add(
    new Check('level', 'requested levels of authentication and assurance', 'login_required', (ctx) => {
      levelOf(ctx);
      neededLevelOf(ctx);
      return Check.NO_NEED_TO_PROMPT;
    }),
  );
  login.checks.add(
    new Check('somebody_else', 'requested End-User and the signed-in one do not match', 'login_required', (ctx) =>
      isSomebodyElse(ctx),
    ),
  );
  // A session whose account is disabled, gone or ended is no session: the sign-in page, not an error.
  login.checks.add(
    new Check('no_account', 'End-User authentication is required', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc;
      return session?.accountId !== undefined && account === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  const acceptedLevels = (ctx: KoaContextWithOIDC) => askedLevels(ctx).levels;
  policy.add(createSecondFactorPrompt({ levelOf, acceptedLevels, hasSecondFactor }), 1);
  policy.add(createTermsPrompt(termsVersion), 2);
  policy.add(createAssurancePrompt(), 3);
  policy.add(createPinPrompt({ levelOf }));
  return policy;
};
