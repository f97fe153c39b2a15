export { openLocalStore } from './mongod/index.ts';
export { ownRegistry } from './registry.ts';
export { createSandbox } from './sandbox.ts';
export { welcomeLines } from './welcome.ts';
