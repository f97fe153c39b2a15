export { isAlive, signInTime } from './alive.ts';
