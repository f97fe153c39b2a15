// Identifier and password: the same answer and the same work for everybody, known or not; a try is counted before it is compared.
import { HashingBusy } from '../hashing/index.ts';
import type { Account, Accounts, Identifier } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Begun } from './code-journey.ts';
import type { FactorJourney } from './factor-journey.ts';
import type { NewDeviceRules } from './new-device.ts';
import type { NoteSignIn } from './note-sign-in.ts';
import { personSubject, subjectOf } from './try-subjects.ts';
import type { SignInVisit } from './sign-in-visit.ts';
import type { PasswordCheck, Passwords } from '../passwords/index.ts';

export interface Credentials {
  identifier: string;
  password: string;
}

export type SignIn =
  /** `at`: epoch seconds. */
  | { outcome: 'signed-in'; accountId: string; at: number }
  /** The password was right, the browser is new: a code is on its way. */
  | { outcome: 'code-sent'; flowToken: string }
  /** The password was right, and there is a second factor: nobody is signed in before that was given too. */
  | { outcome: 'factor-asked'; flowToken: string }
  /** The password was right, but the next code may go only later. */
  | { outcome: 'code-wait'; until: Date }
  /** The password was right, the account is to be deleted: nobody gets further than one question. */
  | { outcome: 'leaving'; flowToken: string }
  | { outcome: 'refused' }
  | { outcome: 'wait'; until: Date }
  | { outcome: 'busy' };

/** Where the sign-in takes place. */
export interface SignInPlace {
  interactionUid: string;
  /** The cookie of a remembered browser. */
  deviceCookie: string | undefined;
}

interface Needs {
  newDevice: Pick<NewDeviceRules, 'isNeeded' | 'begin'>;
  factorJourney: Pick<FactorJourney, 'isNeeded' | 'begin'>;
  /** What `my-account/` does with accounts that are to be deleted; given in rules.ts. */
  leaving: {
    isLeaving: (account: Account) => boolean;
    begin: (account: Account, interactionUid: string) => Promise<{ flowToken: string }>;
  };
  accounts: Accounts;
  devices: Devices;
  attempts: Attempts;
  passwords: Passwords;
  journal: Journal;
  noteSignIn: NoteSignIn;
  normaliseIdentifier: (typed: string) => Identifier | undefined;
  signInTime: (account: Account, now: Date) => number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

export const createSignIn = ({
  newDevice,
  factorJourney,
  leaving,
  accounts,
  devices,
  attempts,
  passwords,
  journal,
  noteSignIn,
  normaliseIdentifier,
  signInTime,
  now,
  checkpoint,
}: Needs) => {
  /** One hash, whoever it is. The attempts are given back where nothing was compared. */
  const compare = async (
    account: Account | undefined,
    password: string,
    subjects: string[],
  ): Promise<PasswordCheck | 'busy'> => {
    try {
      return await passwords.verify(account?.passwordVerifier, password);
    } catch (error) {
      if (!(error instanceof HashingBusy)) throw error;
      await Promise.all(subjects.map((subject) => attempts.giveBack(subject)));
      return 'busy';
    }
  };

  const renewVerifier = async ({ id, passwordVerifier }: Account, password: string): Promise<void> => {
    if (passwordVerifier === undefined) return;
    await accounts.replaceVerifier(id, passwordVerifier, await passwords.makeVerifier(password));
  };

  /** A remembered browser has tries of its own, which no stranger can use up (BF-01); all others share those of the identifier and the person. */
  const subjectsOf = (name: string, account: Account | undefined, isRemembered: boolean): [string, ...string[]] => {
    if (account === undefined) return [name, `${name}:nobody`];
    return isRemembered ? [`sign-in:remembered:${account.id}`] : [name, personSubject(account.id)];
  };

  /** What a browser that is not remembered has to show besides; a second factor says more than that a contact is reached. */
  const beginNextStep = async (
    account: Account,
    at: number,
    interactionUid: string,
    visit: SignInVisit,
  ): Promise<Begun | { outcome: 'factor-asked'; flowToken: string } | undefined> => {
    if (await factorJourney.isNeeded(account)) return factorJourney.begin(account, at, interactionUid);
    if (newDevice.isNeeded(account)) return newDevice.begin(account, at, interactionUid, visit);
    return undefined;
  };

  const signIn = async (credentials: Credentials, visit: SignInVisit, place: SignInPlace): Promise<SignIn> => {
    const { identifier: typed, password } = credentials;
    const { deviceCookie } = place;
    const identifier = normaliseIdentifier(typed);
    const account = identifier === undefined ? undefined : await accounts.findByIdentifier(identifier);
    const isRemembered = await devices.isKnown(account?.id ?? 'nobody', deviceCookie);
    const [told, ...untold] = subjectsOf(subjectOf(identifier, typed), account, isRemembered);

    const reserved = await attempts.reserve(told);
    // The journal has the refusals that began the wait; one row for each knock at a closed door would only fill it.
    if (reserved.outcome === 'wait') return { outcome: 'wait', until: reserved.until };

    // A person's tries count together under all their identifiers. That this bound is reached shows nowhere: it would tell which identifiers belong together.
    const others = await Promise.all(untold.map((subject) => attempts.reserve(subject)));
    const isCounted = others.every(({ outcome }) => outcome === 'reserved');
    const isLeaving = account !== undefined && leaving.isLeaving(account);
    const mayCompare = isCounted && (account?.state === 'active' || isLeaving);

    const counted = isCounted ? [told, ...untold] : [told];
    const check = await compare(mayCompare ? account : undefined, password, counted);
    if (check === 'busy') return { outcome: 'busy' };
    if (check.outcome === 'wrong' || account === undefined) {
      await journal.write({ type: 'sign-in-refused', accountId: account?.id, ...visit });
      return reserved.waitUntil === undefined ? { outcome: 'refused' } : { outcome: 'wait', until: reserved.waitUntil };
    }

    await checkpoint('password verified');
    if (isLeaving) {
      await Promise.all(counted.map((subject) => attempts.forget(subject)));
      return { outcome: 'leaving', ...(await leaving.begin(account, place.interactionUid)) };
    }

    const at = signInTime(account, now());
    // Voided, changed or renewed while it was compared: what the password is now decides, with the same answers.
    if (!(await accounts.admitSignIn(account.id, account.passwordVerifier, at)))
      return signIn(credentials, visit, place);

    const begun = isRemembered ? undefined : await beginNextStep(account, at, place.interactionUid, visit);
    if (begun === undefined) await noteSignIn(account, visit);
    await Promise.all(counted.map((subject) => attempts.forget(subject)));
    if (check.isOutdated) await renewVerifier(account, password);
    if (begun === undefined) return { outcome: 'signed-in', accountId: account.id, at };
    return begun.outcome === 'wait' ? { outcome: 'code-wait', until: begun.until } : begun;
  };

  return signIn;
};

export type SignInRule = ReturnType<typeof createSignIn>;
