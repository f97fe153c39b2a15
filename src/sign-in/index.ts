export { createConsent } from './consent.ts';
export { createSignIn } from './sign-in.ts';
export { signInRoutes } from './routes.ts';
