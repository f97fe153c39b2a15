export { createSealing, type Sealing, type SealingKey } from './sealing.ts';
