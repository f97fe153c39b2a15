export { openLocalStore } from './local-store.ts';
export { createSandbox } from './sandbox.ts';
export { welcomeLines } from './welcome.ts';
