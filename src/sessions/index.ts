export { isAlive, signInTime, type SignedIn } from './alive.ts';
