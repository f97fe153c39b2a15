export { CannotStart } from './cannot-start.ts';
export { citizens, nameOf, type Citizen, type CitizenState } from './citizens.ts';
export { claimDataFolder, freshen } from './data-folder.ts';
export { findMongod, mongodCache } from './find-mongod.ts';
export { createSandbox } from './sandbox.ts';
export { startMongod, type RunningMongod } from './start-mongod.ts';
