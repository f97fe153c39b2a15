export { createPasswords, type PasswordCheck, type Passwords, type PasswordVerifier, type Pepper } from './verifier.ts';
