// A recovery begins with a contact and goes on with a document: both are looked up alike for everybody, and nothing of it shows (ENUM-02, R10).
import type { Answers, RecoveryDocument } from './answers.ts';
import type { RecoveryLimits } from './recovery-limits.ts';
import type { RecoveryMessages } from './recovery-messages.ts';
import type { RecoveryFlow, Steps } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';
import { channelOf } from './recovery-messages.ts';
import {
  canRecoverWith,
  mayBeRecycled,
  normaliseDocument,
  type Account,
  type Accounts,
  type Identifier,
} from '../accounts/index.ts';
import type { Delivery } from '../delivery/index.ts';
import type { Devices } from '../devices/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { InTransaction } from '../mongo/index.ts';

export type Begun = { outcome: 'begun'; token: string } | { outcome: 'malformed' | 'unreachable' };
export type DocumentGiven = { outcome: 'given' | 'malformed' | 'gone' };

export interface BeginNeeds {
  flows: FlowOf<Answers>;
  accounts: Pick<Accounts, 'findRecoverable' | 'matchesDocument'>;
  devices: Pick<Devices, 'isKnown'>;
  delivery: Pick<Delivery, 'reaches' | 'nudge'>;
  inTransaction: InTransaction;
  normaliseIdentifier: (typed: string) => Identifier | undefined;
  now: () => Date;
  checkpoint: (name: string) => Promise<void>;
}

/** One code a minute, counted for this browser alone: what others ask for must not show. */
export const resendTime = ({ askedAt }: Answers): Date => new Date(askedAt + 60_000);

/** The document's number in normal form; empty where there is none to give, undefined where it is not one. */
const readNumber = (type: RecoveryDocument, typed: string): string | undefined =>
  type === 'none' ? '' : normaliseDocument(type, typed);

class MovedOn extends Error {}

export const createBeginRecovery = (
  needs: BeginNeeds,
  { read, move }: Steps,
  { limits, messages }: { limits: RecoveryLimits; messages: RecoveryMessages },
) => {
  const { flows, accounts, devices, delivery, now } = needs;

  const begin = async (
    token: string | undefined,
    typed: string,
    { from, locale }: { from: string; locale: string },
  ): Promise<Begun> => {
    const identifier = needs.normaliseIdentifier(typed);
    if (identifier === undefined || identifier.kind === 'snils') return { outcome: 'malformed' };
    const { kind, value } = identifier;
    if (!delivery.reaches(channelOf(kind), value)) return { outcome: 'unreachable' };

    // One recovery for one browser: what another tab had begun is over (R02).
    const before = await read(token);
    if (before !== undefined) await flows.end(before);
    const nothing = { accountId: null, other: null, ownersLocale: null, withheld: null, readyAt: null, provedAt: null };
    const begun = await flows.begin('started', {
      from,
      locale,
      contact: { kind, value },
      documentType: null,
      documentNumber: '',
      isMatch: false,
      isKnown: false,
      mayBeRecycled: false,
      epoch: 0,
      goesTo: 'typed',
      askedAt: 0,
      ...nothing,
    });
    return { outcome: 'begun', token: begun.token };
  };

  /** Where a second code goes: nowhere that was new a day ago, since a stranger may have put it there. */
  const otherOf = (account: Account | undefined, kind: 'phone' | 'email'): string | null => {
    const otherKind = kind === 'phone' ? 'email' : 'phone';
    const contact = account?.[otherKind];
    if (contact === undefined || !canRecoverWith(contact, now())) return null;
    return delivery.reaches(channelOf(otherKind), contact.value) ? contact.value : null;
  };

  /** Who it is, as far as contact and document tell; the same look-ups for everybody. */
  const identify = async (
    { contact }: Answers,
    { type, number }: { type: RecoveryDocument; number: string },
    deviceCookie: string | undefined,
  ): Promise<Partial<Answers>> => {
    const account = await accounts.findRecoverable(contact);
    const accountId = account?.id ?? 'nobody';
    const asked = type === 'none' ? 'snils' : type;
    const isOnFile = await accounts.matchesDocument(accountId, { type: asked, value: number });
    const isMatch = account !== undefined && (type === 'none' || isOnFile);
    // Whatever the document: otherwise what a known browser may would tell whether it is right.
    const isKnown = (await devices.isKnown(accountId, deviceCookie)) && account !== undefined;
    return {
      accountId: account?.id ?? null,
      isMatch,
      isKnown,
      mayBeRecycled: account !== undefined && contact.kind === 'phone' && mayBeRecycled(account, now()),
      epoch: account?.recoveryEpoch ?? 0,
      other: otherOf(account, contact.kind),
      ownersLocale: account?.profile.locale ?? null,
    };
  };

  /** Asks for leave, then writes and moves on together; what is withheld is told, and what never goes is written all the same. */
  const send = async (flow: RecoveryFlow, visit: RecoveryVisit): Promise<void> => {
    const leave = await limits.askLeave(flow, visit.network);
    if (leave.outcome === 'withheld') {
      await move(flow, 'code-sent', { withheld: { why: leave.why, until: leave.until.getTime() } });
      return;
    }
    const isSpent = await limits.isSpent(flow);
    const drawn = messages.draw();
    const at = now();
    const isHidden = leave.outcome === 'hidden';
    try {
      await needs.inTransaction(async (tx) => {
        if ((await move(flow, 'code-sent', { withheld: null }, { tx })) === undefined) throw new MovedOn();
        const words = isHidden ? ('many' as const) : isSpent ? ('closed' as const) : ('code' as const);
        const isSilent = isHidden && !leave.isFirst;
        await messages.write(tx, flow, { words, isSilent, drawn, at }, visit);
      });
    } catch (error) {
      if (!(error instanceof MovedOn)) throw error;
    }
    delivery.nudge();
  };

  const giveDocument = async (
    token: string | undefined,
    { type, typed, deviceCookie }: { type: RecoveryDocument; typed: string; deviceCookie: string | undefined },
    visit: RecoveryVisit,
  ): Promise<DocumentGiven> => {
    const number = readNumber(type, typed);
    if (number === undefined) return { outcome: 'malformed' };
    const flow = await read(token);
    if (flow === undefined || !['started', 'document-given', 'code-sent'].includes(flow.state))
      return { outcome: 'gone' };

    const who = await identify(flow.answers, { type, number }, deviceCookie);
    const given = await move(flow, 'document-given', {
      ...who,
      documentType: type,
      documentNumber: number,
      goesTo: 'typed',
      askedAt: now().getTime(),
      withheld: null,
    });
    if (given === undefined) return { outcome: 'gone' };
    await needs.checkpoint('document given');
    await send(given, visit);
    return { outcome: 'given' };
  };

  /** A new code; the one before is void. `goesTo`: to the other contact, where messages do not arrive at the one that was typed. */
  const resend = async (token: string | undefined, goesTo: Answers['goesTo'], visit: RecoveryVisit): Promise<void> => {
    const flow = await read(token);
    if (flow === undefined || (flow.state !== 'code-sent' && flow.state !== 'document-given')) return;
    const isFirst = flow.state === 'document-given' || goesTo !== flow.answers.goesTo;
    if (!isFirst && resendTime(flow.answers) > now()) return;
    const asked = await move(flow, flow.state, { askedAt: now().getTime(), goesTo });
    if (asked !== undefined) await send(asked, visit);
  };

  return { begin, giveDocument, resend };
};
