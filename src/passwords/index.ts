export { commonPasswords } from './common-passwords.ts';
export {
  createPasswordPolicy,
  passwordRefusals,
  type PasswordJudgement,
  type PasswordPolicy,
  type PasswordRefusal,
} from './policy.ts';
export type { PersonWords } from './own-words.ts';
export { createPasswords, type PasswordCheck, type Passwords, type PasswordVerifier, type Pepper } from './verifier.ts';
