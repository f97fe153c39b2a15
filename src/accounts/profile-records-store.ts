// What a person says of themselves: the name while no registry has said it, and how they like to be told things.
import { sessionOf, type Tx } from '../mongo/index.ts';
import type { Profile, SignInNotices } from './account.ts';
import type { AccountModels } from './account-records-store.ts';

export type Name = Pick<Profile, 'familyName' | 'givenName' | 'middleName'>;

/** What of it is there; the rest is gone. */
export type Details = Pick<Profile, 'nickname' | 'gender' | 'birthdate'>;

export interface Preferences {
  locale: string;
  zoneinfo: string;
  signInNotices: SignInNotices;
}

export interface ProfileRecords {
  /** False where a registry has confirmed the name meanwhile. */
  setName: (tx: Tx, accountId: string, name: Name) => Promise<boolean>;
  /** `birthdate` alone is left as it is where a registry has confirmed it meanwhile. */
  setDetails: (tx: Tx, accountId: string, details: Details) => Promise<void>;
  setPreferences: (tx: Tx, accountId: string, preferences: Preferences) => Promise<void>;
}

export const createProfileRecords = ({ AccountModel }: AccountModels, now: () => Date): ProfileRecords => ({
  setName: async (tx, accountId, { familyName, givenName, middleName }) => {
    const parts = { 'profile.familyName': familyName, 'profile.givenName': givenName, updatedAt: now() };
    const change =
      middleName === undefined
        ? { $set: parts, $unset: { 'profile.middleName': 1 } }
        : { $set: { ...parts, 'profile.middleName': middleName } };
    const isOwn = { _id: accountId, level: 'basic' } as const;
    return (await AccountModel.updateOne(isOwn, change, { session: sessionOf(tx) })).matchedCount === 1;
  },
  setDetails: async (tx, accountId, { nickname, gender, birthdate }) => {
    // Undefined is written as nothing at all: `$$REMOVE`.
    const own = (value: string | undefined) => (value === undefined ? '$$REMOVE' : { $literal: value });
    const $set = {
      'profile.nickname': own(nickname),
      'profile.gender': own(gender),
      'profile.birthdate': { $cond: [{ $eq: ['$level', 'basic'] }, own(birthdate), '$profile.birthdate'] },
      updatedAt: now(),
    };
    const options = { session: sessionOf(tx), updatePipeline: true };
    await AccountModel.updateOne({ _id: accountId }, [{ $set }], options);
  },
  setPreferences: async (tx, accountId, { locale, zoneinfo, signInNotices }) => {
    const $set = { 'profile.locale': locale, 'profile.zoneinfo': zoneinfo, signInNotices, updatedAt: now() };
    await AccountModel.updateOne({ _id: accountId }, { $set }, { session: sessionOf(tx) });
  },
});
