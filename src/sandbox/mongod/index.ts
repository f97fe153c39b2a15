export { CannotStart } from './cannot-start.ts';
export { openLocalStore } from './local-store.ts';
