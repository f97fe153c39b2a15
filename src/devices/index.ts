export { createDevices, deviceIndexes, type Devices, type RememberedBrowser } from './device-store.ts';
