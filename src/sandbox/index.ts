export { openLocalStore } from './mongod/index.ts';
export { createSandbox } from './sandbox.ts';
export { welcomeLines } from './welcome.ts';
