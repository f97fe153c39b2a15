export { factorWaysOf, hasSecondFactor, type FactorWay, type SecondFactorsOf } from './factor.ts';
export { createSecondFactors, type SecondFactors } from './second-factors.ts';
export type { FactorCheck, FactorTry } from './check-factor.ts';
export type { SmsSent } from './sms-code.ts';
export { createUsePasskey } from './use-passkey.ts';
export { createPasskeys, type Passkeys, type UsedPasskey } from './passkeys.ts';
export { passkeyIndexes, type Passkey } from './passkey-store.ts';
