export { createConsent } from './consent.ts';
export { createSignIn } from './sign-in.ts';
export { codeRoutes } from './code-routes.ts';
export { parseNewDeviceAnswers } from './code-journey.ts';
export { createNewDevice } from './new-device.ts';
export { signInRoutes } from './routes.ts';
export { signInPages } from './pages.ts';
