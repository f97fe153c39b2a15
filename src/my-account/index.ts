export { devicesPage } from './devices-page.ts';
export { devicesRoutes } from './devices-routes.ts';
export { createHistory } from './history.ts';
export { historyPage } from './history-page.ts';
export { historyRoutes } from './history-routes.ts';
export { createRememberedBrowsers } from './remembered-browsers.ts';
export { createSignedInBrowsers } from './signed-in-browsers.ts';
