export { factorWaysOf, hasSecondFactor, type FactorWay, type SecondFactorsOf } from './factor.ts';
export { createSecondFactors, type SecondFactors } from './second-factors.ts';
export type { FactorCheck, FactorTry } from './check-factor.ts';
export type { SmsSent } from './sms-code.ts';
