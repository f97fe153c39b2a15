// The ways to give a second factor, as values: another kind of factor is one more line here.
import type { FactorWay } from '../second-factors/index.ts';

/** What a page asks for. A code by SMS has two: before it is sent, and after. */
export const factorSteps = ['totp', 'sms', 'sms-code', 'recovery'] as const;
export type FactorStep = (typeof factorSteps)[number];

export const wayOfStep = (step: FactorStep): FactorWay => (step === 'sms-code' ? 'sms' : step);

/** The field that a code is typed into. */
export const fieldOf = (step: FactorStep): 'code' | 'recovery_code' => (step === 'recovery' ? 'recovery_code' : 'code');

/** What a token says of it (RFC 8176). A recovery code has no name there: it is told as one more factor, and as no kind that it is not. */
const amrNames: Record<FactorWay, string[]> = { totp: ['otp'], sms: ['sms'], recovery: [] };
export const amrOf = (way: FactorWay): string[] => [...amrNames[way], 'mfa'];
