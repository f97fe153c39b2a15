export { createNotMe, type NotMeRules } from './not-me.ts';
export { notMePages } from './pages.ts';
export { notMeRoutes } from './routes.ts';
