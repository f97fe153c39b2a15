// The ways of signing in and of proving it again, put together.
import { signInRoutes } from './routes.ts';
import { codeRoutes } from './code-routes.ts';
import { factorRoutes } from './factor-routes.ts';
import { proofRoutes } from './proof-routes.ts';
import { proofFactorRoutes } from './proof-factor-routes.ts';
import { passkeySignInRoutes } from './passkey-routes.ts';

type Rules = Parameters<typeof signInRoutes>[0] &
  Parameters<typeof codeRoutes>[0] &
  Parameters<typeof factorRoutes>[0] &
  Parameters<typeof proofRoutes>[0] &
  Parameters<typeof proofFactorRoutes>[0] &
  Parameters<typeof passkeySignInRoutes>[0];
type Http = Parameters<typeof signInRoutes>[1] &
  Parameters<typeof codeRoutes>[1] &
  Parameters<typeof factorRoutes>[1] &
  Parameters<typeof proofRoutes>[1] &
  Parameters<typeof proofFactorRoutes>[1] &
  Parameters<typeof passkeySignInRoutes>[1];

/** Every way through the room. */
export const allSignInRoutes = (rules: Rules, http: Http) => [
  signInRoutes(rules, http),
  codeRoutes(rules, http),
  factorRoutes(rules, http),
  proofRoutes(rules, http),
  proofFactorRoutes(rules, http),
  passkeySignInRoutes(rules, http),
];
