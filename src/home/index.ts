export { legalPage } from './legal-pages.ts';
export { homePage, homeRoutes, type HomeLinks } from './routes.ts';
