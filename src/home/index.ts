export { homePage, homeRoutes, type HomeLinks } from './routes.ts';
