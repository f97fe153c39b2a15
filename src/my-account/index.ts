export { createChangePassword } from './change-password.ts';
export { createOverview } from './overview.ts';
export { accountPages } from './pages.ts';
export { passwordRoutes } from './password-routes.ts';
export { accountRoutes } from './routes.ts';
