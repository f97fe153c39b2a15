// What stands between a request and its answer, in order: login, then consent (and later, always last, the PIN).
import { interactionPolicy } from 'oidc-provider';

const { Check, base } = interactionPolicy;

export const createPrompts = () => {
  const policy = base();
  const login = policy.get('login');
  if (login === undefined) throw new Error('the engine has no login prompt');

  // The engine would ask for a sign-in again and again when a level cannot be reached.
  login.checks.remove('essential_acr');
  login.checks.remove('essential_acrs');

  // A session whose account is disabled or gone is no session: the sign-in page, not an error.
  login.checks.add(
    new Check('no_account', 'End-User authentication is required', (ctx) => {
      const { session, account } = ctx.oidc;
      return session?.accountId !== undefined && account === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return policy;
};
