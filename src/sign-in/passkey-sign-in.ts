// A passkey in place of the password and of any code: one question, one answer, bound to this site by the browser and to the person by their authenticator.
import { z } from 'zod';
import type { Account, Accounts } from '../accounts/index.ts';
import type { Attempts } from '../attempts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Journal } from '../journal/index.ts';
import type { InTransaction } from '../mongo/index.ts';
import type { Notices } from '../notices/index.ts';
import { createUsePasskey, type Passkeys, type UsedPasskey } from '../second-factors/index.ts';
import type { SignInVisit } from './sign-in-visit.ts';

const answersSchema = z.strictObject({ interactionUid: z.string(), challenge: z.string() });
type PasskeyAnswers = z.infer<typeof answersSchema>;
export const parsePasskeyAnswers = (stored: unknown): PasskeyAnswers => answersSchema.parse(stored);

/** `browser`: what tells one browser from another, for as long as it likes. */
export interface PasskeyVisit extends SignInVisit {
  browser: string;
}

export type PasskeyBegun = { outcome: 'begun'; flowToken: string } | { outcome: 'wait'; until: Date };
export type PasskeySignIn =
  | { outcome: 'signed-in'; accountId: string; at: number; amr: string[] }
  /** The passkey was right, the account is to be deleted: nobody gets further than one question. */
  | { outcome: 'leaving'; flowToken: string }
  /** An unknown passkey, a wrong answer, one that may not sign in: told alike. */
  | { outcome: 'refused' }
  /** The question is over or was answered already. */
  | { outcome: 'gone' };

interface Needs {
  passkeys: Passkeys;
  /** Questions that were not answered rightly. */
  passkeyQuestions: { ofBrowser: Attempts; ofNetwork: Attempts };
  flows: FlowOf<PasskeyAnswers>;
  accounts: Pick<Accounts, 'find' | 'admitPasskey'>;
  devices: Pick<Devices, 'isKnown'>;
  /** What `my-account/` does with accounts that are to be deleted; given in rules.ts. */
  leaving: {
    isLeaving: (account: Account) => boolean;
    begin: (account: Account, interactionUid: string) => Promise<{ flowToken: string }>;
  };
  journal: Journal;
  notices: Notices;
  delivery: Pick<Delivery, 'nudge'>;
  inTransaction: InTransaction;
  signInTime: (account: Account, now: Date) => number;
  now: () => Date;
}

export const createPasskeySignIn = (needs: Needs) => {
  const { passkeys, flows, accounts, devices, journal, notices, inTransaction, signInTime, now } = needs;
  const { ofBrowser, ofNetwork } = needs.passkeyQuestions;
  const usePasskey = createUsePasskey(needs);
  const subjectsOf = ({ browser, network }: Pick<PasskeyVisit, 'browser' | 'network'>) => ({
    browser: `passkey-questions:browser:${browser}`,
    network: `passkey-questions:network:${network}`,
  });

  const begin = async (interactionUid: string, visit: PasskeyVisit): Promise<PasskeyBegun> => {
    const subjects = subjectsOf(visit);
    // The browser first: one that has used up its own share takes nothing from a whole network of people.
    const own = await ofBrowser.reserve(subjects.browser);
    if (own.outcome === 'wait') return own;
    const shared = await ofNetwork.reserve(subjects.network);
    if (shared.outcome === 'wait') return shared;

    const { token } = await flows.begin('asked', { interactionUid, challenge: passkeys.drawChallenge() });
    return { outcome: 'begun', flowToken: token };
  };

  /** Whoever signs in by passkeys every day, or with many others behind one address, meets no limit. */
  const giveBack = async (visit: PasskeyVisit): Promise<void> => {
    const subjects = subjectsOf(visit);
    await Promise.all([ofBrowser.giveBack(subjects.browser), ofNetwork.giveBack(subjects.network)]);
  };

  const find = async (token: string | undefined, interactionUid: string): Promise<Flow<PasskeyAnswers> | undefined> => {
    const flow = await flows.read(token);
    return flow?.answers.interactionUid === interactionUid ? flow : undefined;
  };

  /** What any authenticator is asked, as JSON; undefined where nothing was begun in this browser. */
  const open = async (token: string | undefined, interactionUid: string): Promise<string | undefined> => {
    const flow = await find(token, interactionUid);
    return flow === undefined ? undefined : passkeys.requestOptions(flow.answers.challenge);
  };

  /** Whoever takes passkeys away or ends sign-ins writes to the same records: it comes wholly before this or wholly after. Answers with the time of the sign-in, or with an account that is leaving. */
  const admit = (
    used: UsedPasskey,
    isKnownBrowser: boolean,
    visit: SignInVisit,
  ): Promise<number | Account | undefined> =>
    inTransaction(async (tx) => {
      const { accountId } = used.passkey;
      const at = now();
      if (!(await usePasskey(tx, used, visit, at))) return undefined;
      const account = await accounts.find(accountId, tx);
      if (account !== undefined && needs.leaving.isLeaving(account)) return account;
      if (account?.state !== 'active') return undefined;

      const since = signInTime(account, at);
      if (!(await accounts.admitPasskey(tx, accountId, since))) return undefined;
      const event = { type: 'sign-in', accountId, ...visit } as const;
      await journal.writeIn(tx, isKnownBrowser ? event : { ...event, isNewDevice: true });
      const isTold = !isKnownBrowser || account.signInNotices === 'every';
      if (isTold) await notices.tell(tx, account, isKnownBrowser ? 'sign-in' : 'new-sign-in', { at, ...visit });
      return since;
    });

  const finish = async (
    token: string | undefined,
    interactionUid: string,
    { answer, deviceCookie }: { answer: string; deviceCookie: string | undefined },
    { browser, ...visit }: PasskeyVisit,
  ): Promise<PasskeySignIn> => {
    const flow = await find(token, interactionUid);
    if (flow === undefined || !(await flows.end(flow))) return { outcome: 'gone' };

    const used = await passkeys.readUsed(answer, flow.answers.challenge);
    const accountId = used?.passkey.accountId;
    const isKnownBrowser = await devices.isKnown(accountId ?? 'nobody', deviceCookie);
    const at = used && (await admit(used, isKnownBrowser, visit));
    needs.delivery.nudge();
    if (typeof at === 'object') return { outcome: 'leaving', ...(await needs.leaving.begin(at, interactionUid)) };
    if (used === undefined || at === undefined) {
      await journal.write({ type: 'passkey-refused', accountId, ...visit });
      return { outcome: 'refused' };
    }
    await giveBack({ browser, ...visit });
    return { outcome: 'signed-in', accountId: used.passkey.accountId, at, amr: used.amr };
  };

  return { begin, open, finish };
};

export type PasskeySignInRules = ReturnType<typeof createPasskeySignIn>;
