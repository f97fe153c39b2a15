export { parseRecoveryAnswers } from './answers.ts';
export { createRecovery } from './recovery.ts';
export { recoveryPages } from './pages.ts';
export { recoveryPasswordRoutes } from './password-routes.ts';
export { recoveryRoutes } from './routes.ts';
