// The ways to give a second factor, as values: another kind of factor is one more line here.
import type { FactorWay } from '../second-factors/index.ts';

/** What a page asks for. A passkey and a code by SMS have two each: before it is asked for or sent, and after. */
export const factorSteps = ['passkey', 'passkey-asked', 'totp', 'sms', 'sms-code', 'recovery'] as const;
export type FactorStep = (typeof factorSteps)[number];

export const wayOfStep = (step: FactorStep): FactorWay => {
  if (step === 'sms-code') return 'sms';
  return step === 'passkey-asked' ? 'passkey' : step;
};

/** The field that the answer stands in. */
const fields = {
  passkey: 'credential',
  'passkey-asked': 'credential',
  totp: 'code',
  sms: 'code',
  'sms-code': 'code',
  recovery: 'recovery_code',
} as const;
export const fieldOf = (step: FactorStep): 'code' | 'recovery_code' | 'credential' => fields[step];
