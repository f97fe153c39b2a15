export { createHashing, HashingBusy, type Hashing } from './hashing.ts';
