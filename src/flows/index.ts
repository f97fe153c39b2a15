export { createFlows, flowIndexes, type Flow, type FlowKind, type FlowOf, type Flows } from './flow-store.ts';
