// Which new passwords are taken: long enough and not the first that somebody would guess; nothing else is asked (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2).
import type { CommonPasswords } from './common-passwords.ts';
import { foldPassword } from './fold-password.ts';
import { isRowOfKeys, judgeByList } from './guessed-first.ts';
import { createMakePassword } from './make-password.ts';
import { isMadeOf, wordsOfName, wordsOfPerson, type PersonWords } from './own-words.ts';

/** Why a password is refused; `password.mistake.<why>` says it. */
export const passwordRefusals = ['short', 'long', 'personal', 'service', 'row', 'common', 'layout'] as const;
export type PasswordRefusal = (typeof passwordRefusals)[number];

/** `missing`: how many characters more a short one needs. */
export type PasswordJudgement = { outcome: 'good' } | { outcome: 'refused'; why: PasswordRefusal; missing?: number };

export interface PasswordPolicy {
  /** How many characters a password needs. */
  least: number;
  judge: (password: string, about: { person: PersonWords; service?: string | undefined }) => PasswordJudgement;
  /** A strong one that is good for everybody. */
  make: () => string;
}

interface Needs {
  /** In code points. */
  least: number;
  most: number;
  common: CommonPasswords;
  deploymentName: string;
  random: (bytes: number) => Buffer;
}

// A year or a few signs behind a word that is known do not make it another one.
const addedInVain = 4;

const refuse = (why: PasswordRefusal): PasswordJudgement => ({ outcome: 'refused', why });

export const createPasswordPolicy = ({ least, most, common, deploymentName, random }: Needs): PasswordPolicy => ({
  least,
  make: createMakePassword({ least, random }),
  judge: (password, { person, service = '' }) => {
    if (password.length > most * 4) return refuse('long'); // before it costs anything to look at
    // Signs that nobody sees make no password longer and no word another one.
    const normalised = password.normalize('NFKC').replace(/\p{Cf}/gu, '');
    const length = Array.from(normalised).length;
    if (length < least) return { outcome: 'refused', why: 'short', missing: least - length };
    if (length > most) return refuse('long');

    const personal = wordsOfPerson(person);
    const names = [deploymentName, service].flatMap(wordsOfName);
    if (isMadeOf(normalised, personal, addedInVain)) return refuse('personal');
    if (isMadeOf(normalised, names, addedInVain)) return refuse('service');
    if (isMadeOf(normalised, [...personal, ...names], addedInVain)) return refuse('personal');

    const folded = foldPassword(normalised);
    if (isRowOfKeys(folded)) return refuse('row');

    const bare = folded.replace(/[\p{P}\p{Z}]/gu, '');
    const listed = judgeByList(folded, common, addedInVain) ?? judgeByList(bare, common, addedInVain);
    return listed === undefined ? { outcome: 'good' } : refuse(listed);
  },
});
