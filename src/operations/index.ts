export type { OperationStore } from './store.ts';
export { createConfirmation } from './confirm.ts';
export { operationRoutes } from './routes.ts';
export { createOperationStore, operationIndexes } from './store.ts';
export { operationPages } from './pages.ts';
