export { createDevices, deviceIndexes, type Devices } from './device-store.ts';
