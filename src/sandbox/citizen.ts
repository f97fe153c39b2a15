// One person of the sandbox, and what follows from who they are.
import type { AssuranceLevel, Passport, Profile } from '../accounts/index.ts';

export type CitizenState = 'ready' | 'no-pin' | 'pin-locked' | 'basic' | 'disabled' | 'second-factor';

export interface Citizen {
  id: string;
  profile: Profile;
  phone: string | null;
  email: string | null;
  snils: string | null;
  inn: string | null;
  passport: Passport | null;
  password: string;
  pin: string | null;
  /** The secret of an app that makes codes: whoever has one is asked for a code. */
  totp: string | null;
  state: CitizenState;
  locale: 'ru' | 'en' | 'pt';
}

export const levelOf = ({ state }: Citizen): AssuranceLevel => (state === 'basic' ? 'basic' : 'confirmed');
export const nameOf = ({ profile }: Citizen): string =>
  [profile.familyName, profile.givenName, profile.middleName].filter((part) => part !== undefined).join(' ');
/** `1308 412305` */
export const passportNumberOf = ({ passport }: Citizen): string | null =>
  passport === null ? null : `${passport.series} ${passport.number}`;
