export { homeRoutes, type HomeLinks } from './routes.ts';
