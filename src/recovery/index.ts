export { parseRecoveryAnswers } from './answers.ts';
export { createRecovery } from './recovery.ts';
export { recoveryPages } from './pages.ts';
export { recoveryRoutes } from './routes.ts';
