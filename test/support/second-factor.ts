// Somebody with a second factor, and the app that makes their codes.
import { generateSync } from 'otplib';
import { drawTotpSecret } from '../../src/second-factors/totp.ts';
import { newReadyPerson, type ReadyPerson } from './pin-setting.ts';
import type { TestCivicId } from './civic-id.ts';

export const secondFactorAcr = 'urn:civic-id:acr:second-factor';

export interface PersonWithApp extends ReadyPerson {
  secret: string;
}

/** What the app shows; `seconds`: that much later, or earlier. */
export const appCode = (secret: string, { at = new Date(), seconds = 0 }: { at?: Date; seconds?: number } = {}) =>
  generateSync({ secret, epoch: Math.floor(at.getTime() / 1000) + seconds });

/** With an app and recovery codes. */
export const newPersonWithApp = async (
  idp: Pick<TestCivicId, 'app'>,
): Promise<{ person: PersonWithApp; codes: string[] }> => {
  const { secondFactors, inTransaction } = idp.app.services;
  const person = await newReadyPerson(idp);
  const secret = drawTotpSecret();
  const codes = secondFactors.recoveryCodes.draw();
  await inTransaction(async (tx) => {
    await secondFactors.totp.add(tx, person.id, secret, 0);
    await secondFactors.recoveryCodes.replace(tx, person.id, codes);
  });
  return { person: { ...person, secret }, codes };
};
