// Codes that an app makes out of a secret and the clock (RFC 6238): six digits, half a minute each, as every app understands them.
import { generateSecret, generateURI, verifySync } from 'otplib';

/** Seconds: for whoever types slowly, and for a clock that is a little ahead (N-13). */
const tolerance: [past: number, future: number] = [30, 5];

/** 160 bits, as letters and digits. */
export const drawTotpSecret = (): string => generateSecret();

/** What an app reads from the picture. */
export const totpAddress = (secret: string, { issuer, label }: { issuer: string; label: string }): string =>
  generateURI({ issuer, label, secret });

/** People type codes with spaces. */
export const readTotpCode = (typed: string): string | undefined => {
  const digits = typed.replace(/[\s-]/g, '');
  return /^[0-9]{6}$/.test(digits) ? digits : undefined;
};

/** The half minute that a code belongs to; undefined where it is not good now. That it was used before is for the store to say. */
export const stepOfCode = (secret: string, token: string, at: Date): number | undefined => {
  const epoch = Math.floor(at.getTime() / 1000);
  const result = verifySync({ secret, token, epoch, epochTolerance: tolerance });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
};
