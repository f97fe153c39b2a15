// "This was not me" stops harm, all of it at once or nothing: whoever was in is out, and nothing that a stranger may know works any more.
import type { Account, Accounts } from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { Journal, ReportedEvent } from '../journal/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
import type { LinkEffect, Notices, NotMeLinks, ToldEvent } from '../notices/index.ts';
import type { SessionEnds } from '../oidc/index.ts';
import type { Passkeys, SecondFactors } from '../second-factors/index.ts';

/** Who presses the button, as far as the journal may know. */
export interface NotMeVisit {
  requestId: string;
  network: string;
  device: string;
}

/** `gone`: never was a link, or its time is over. */
export type Pressed = { outcome: LinkEffect } | { outcome: 'gone' };

/** Somebody asks for a new password and has none yet: stopping them is enough, and the person's own password stays. */
const kindsBeforeHarm: readonly string[] = ['recovery-asked', 'recovery-waiting'];

interface Needs {
  notMeLinks: NotMeLinks;
  accounts: Accounts;
  sessionEnds: SessionEnds;
  devices: Devices;
  passkeys: Pick<Passkeys, 'removeAll'>;
  secondFactors: Pick<SecondFactors, 'removeAddedSince'>;
  /** What `pin/` does for us. */
  lockPin: (accountId: string, tx: Tx) => Promise<void>;
  journal: Journal;
  notices: Notices;
  delivery: Delivery;
  inTransaction: InTransaction;
  /** Seconds that a notice can be answered: what was added within them goes. */
  linkSeconds: number;
  /** Seconds that nothing which does much harm can be confirmed. */
  highRiskHeldSeconds: number;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

export const createNotMe = (needs: Needs) => {
  const { notMeLinks: links, accounts, sessionEnds, devices, lockPin, journal, notices, inTransaction } = needs;

  /** Everything that is done to the account, in the transaction of whoever asked for it. */
  const secure = async (tx: Tx, account: Account, reported: ReportedEvent, visit: NotMeVisit, at: Date) => {
    const { id } = account;
    // A stranger may have asked for the deletion.
    if (await accounts.stay(tx, id))
      await journal.writeIn(tx, { type: 'deletion-undone', accountId: id, clientId: undefined, ...visit });
    await sessionEnds.endAllSessions(tx, id);
    await accounts.voidPassword(tx, id);
    await accounts.holdHighRisk(tx, id, new Date(at.getTime() + needs.highRiskHeldSeconds * 1000));
    await lockPin(id, tx);
    await devices.forgetAll(tx, id);
    // All of them: which one a stranger has added nobody can tell.
    await needs.passkeys.removeAll(tx, id);
    await needs.secondFactors.removeAddedSince(tx, id, new Date(at.getTime() - needs.linkSeconds * 1000));
    // What was told before is answered by this: an older link must not void the password that is set next.
    await links.spendAll(tx, id);
    await journal.writeIn(tx, { type: 'not-me', accountId: id, clientId: undefined, reported, ...visit });
    // A contact that a stranger put in the place of the person's own goes, and theirs is told (ATT-R12).
    const isBack = await accounts.restoreContacts(tx, id);
    if (isBack) await journal.writeIn(tx, { type: 'contact-reverted', accountId: id, clientId: undefined, ...visit });
    const told = isBack ? ((await accounts.find(id, tx)) ?? account) : account;
    await notices.tell(tx, told, 'not-me', { at, device: visit.device, requestId: visit.requestId });
  };

  /** After the transaction: services hear of the end of their sessions, and the person of all of it. */
  const tell = async (): Promise<void> => {
    await needs.checkpoint('account secured');
    needs.delivery.nudge();
  };

  /** The event that a link can still be used for. */
  const open = async (token: string): Promise<ToldEvent | undefined> => {
    const found = await links.find(token);
    return found?.state === 'open' ? found.event : undefined;
  };

  /** What a link has done, while its time lasts. */
  const effectOf = async (token: string): Promise<LinkEffect | undefined> => {
    const found = await links.find(token);
    return found?.state === 'spent' ? found.did : undefined;
  };

  /** The recovery that was told of has set no password yet. */
  const isBeforeHarm = ({ recoveredAt }: Account, { kind, at }: ToldEvent): boolean =>
    kindsBeforeHarm.includes(kind) && (recoveredAt === undefined || recoveredAt < at);

  const stop = async (tx: Tx, account: Account, reported: ReportedEvent, visit: NotMeVisit, at: Date) => {
    await accounts.stopRecoveries(tx, account.id);
    const event = { accountId: account.id, clientId: undefined, reported, ...visit };
    await journal.writeIn(tx, { type: 'recovery-stopped', ...event });
    await notices.tell(tx, account, 'recovery-stopped', { at, device: visit.device, requestId: visit.requestId });
  };

  /** One press does it; the others, at once or later, are answered alike. */
  const press = async (token: string, visit: NotMeVisit): Promise<Pressed> => {
    const found = await links.find(token);
    if (found === undefined) return { outcome: 'gone' };
    if (found.state === 'spent') return { outcome: found.did };

    const { accountId, kind, at, requestId } = found.event;
    const pressedAt = needs.now();
    const outcome = await inTransaction(async (tx) => {
      const account = await accounts.find(accountId, tx);
      if (account === undefined) return 'gone' as const;
      const effect = isBeforeHarm(account, found.event) ? ('stopped' as const) : ('secured' as const);
      if (!(await links.spend(tx, token, effect))) return effect; // somebody was faster
      const act = effect === 'stopped' ? stop : secure;
      await act(tx, account, { kind, at, requestId }, visit, pressedAt);
      return effect;
    });
    if (outcome !== 'gone') await tell();
    return { outcome };
  };

  /** The same without a link, for a person who is signed in, so has a password, and found something in their history. Their own session ends too. */
  const report = async (accountId: string, reported: ReportedEvent, visit: NotMeVisit): Promise<Pressed> => {
    const pressedAt = needs.now();
    const outcome = await inTransaction(async (tx) => {
      const account = await accounts.find(accountId, tx);
      if (account === undefined) return 'gone' as const;
      // A void password says that somebody was faster.
      if (account.passwordVerifier !== undefined) await secure(tx, account, reported, visit, pressedAt);
      return 'secured' as const;
    });
    await tell();
    return { outcome };
  };

  return { open, effectOf, press, report };
};

export type NotMeRules = ReturnType<typeof createNotMe>;
