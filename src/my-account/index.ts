export { createHistory } from './history.ts';
export { createRememberedBrowsers } from './remembered-browsers.ts';
export { createSignedInBrowsers } from './signed-in-browsers.ts';
