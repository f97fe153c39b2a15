// What a person has besides the password, and which of it they can give now.
export interface SecondFactorsOf {
  /** Codes of an app. */
  totp: boolean;
  /** Codes by SMS: switched on, and the phone is still confirmed and reached. */
  sms: boolean;
  /** How many passkeys. */
  passkeys: number;
  /** Good in place of any of them, each once. */
  recoveryCodesLeft: number;
}

/** How a second factor is given; the first that a person has is asked for, and no forged site can coax a passkey out of anybody. */
export const factorWays = ['passkey', 'totp', 'sms', 'recovery'] as const;
export type FactorWay = (typeof factorWays)[number];

/** Recovery codes alone are none: they stand in for what there is. */
export const hasSecondFactor = ({ totp, sms, passkeys }: SecondFactorsOf): boolean => totp || sms || passkeys > 0;

export const factorWaysOf = (factors: SecondFactorsOf): FactorWay[] => {
  const { totp, sms, passkeys, recoveryCodesLeft } = factors;
  const has = { passkey: passkeys > 0, totp, sms, recovery: recoveryCodesLeft > 0 };
  return hasSecondFactor(factors) ? factorWays.filter((way) => has[way]) : [];
};
