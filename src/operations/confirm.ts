// The PIN given for one request confirms this request and nothing else; three wrong tries end the request.
import type { Journal, JournalEventType } from '../journal/index.ts';
import type { InTransaction, Tx } from '../mongo/index.ts';
import type { OperationKey, OperationStore } from './store.ts';

type PinCheck =
  | { outcome: 'right' }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'locked'; justNow: boolean }
  | { outcome: 'none' }
  | { outcome: 'outdated' }
  | { outcome: 'busy' };

/** What `pin/` does for us; given in app.ts. */
export interface PinNeeds {
  /** `noteLock` is written with the lock, where this try locks the PIN. */
  check: (
    accountId: string,
    pin: string,
    where: { device: string; noteLock: (tx: Tx) => Promise<void> },
  ) => Promise<PinCheck>;
  stateOf: (accountId: string) => Promise<'none' | 'locked' | 'outdated' | 'usable'>;
  /** The digits of what was typed; undefined where it is no PIN. */
  read: (typed: string) => string | undefined;
}

/** A request of a service that is to be confirmed, by the person who is signed in. */
export interface ConfirmationRequest extends OperationKey {
  clientId: string;
  sessionUid: string;
  /** The page's own step in the chain. */
  step: string;
}

export interface ConfirmationVisit {
  requestId: string;
  network: string;
  device: string;
}

export type Opened =
  /** `tries`: how many there were in this request when the page was drawn. */
  | { outcome: 'ask'; tries: number }
  | { outcome: 'none' }
  | { outcome: 'outdated' }
  | { outcome: 'locked' }
  | { outcome: 'confirmed' }
  | { outcome: 'ended' };

/** `tries`: what the page said when it was drawn; a page sent again by a refresh says too few and is no attempt. */
export interface TypedPin {
  typed: string;
  tries: number | undefined;
}

export type Confirmation =
  | { outcome: 'confirmed' }
  /** `tries`: how many there were in this request. */
  | { outcome: 'wrong'; triesLeft: number; tries: number }
  /** Too many wrong tries in this request. */
  | { outcome: 'ended' }
  | { outcome: 'locked' }
  | { outcome: 'none' }
  | { outcome: 'outdated' }
  /** Not exactly the right digits: no attempt was made. */
  | { outcome: 'malformed' }
  /** Another submission of this request is being looked at. */
  | { outcome: 'waiting' }
  | { outcome: 'busy' };

export type Refused = 'access_denied' | 'unmet_authentication_requirements';

interface Needs {
  inTransaction: InTransaction;
  isDuplicate: (error: unknown) => boolean;
  operations: OperationStore;
  pin: PinNeeds;
  journal: Journal;
  triesInRequest: number;
}

export const createConfirmation = (needs: Needs) => {
  const { operations, pin, journal, inTransaction, isDuplicate, triesInRequest } = needs;
  const note = (type: JournalEventType, { accountId, clientId }: ConfirmationRequest, visit: ConfirmationVisit) =>
    journal.write({ type, accountId, clientId, ...visit });

  /** The record and the journal are written together, once, when the page is first shown. */
  const ask = async (request: ConfirmationRequest, visit: ConfirmationVisit): Promise<void> => {
    const { chainId, accountId, clientId, sessionUid } = request;
    try {
      await inTransaction(async (tx) => {
        await operations.ask(tx, { chainId, accountId }, { clientId, sessionUid });
        await journal.writeIn(tx, { type: 'pin-asked', accountId, clientId, ...visit });
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // shown at once in two windows
    }
  };

  const endedAs = async ({
    accountId,
  }: ConfirmationRequest): Promise<{ outcome: 'locked' } | { outcome: 'ended' }> => ({
    outcome: (await pin.stateOf(accountId)) === 'locked' ? 'locked' : 'ended',
  });

  /** What the page shows. */
  const open = async (request: ConfirmationRequest, visit: ConfirmationVisit): Promise<Opened> => {
    await operations.askAgain(request, request.step);
    const record = await operations.find(request);
    if (record?.state === 'confirmed') return { outcome: 'confirmed' };
    if (record?.state === 'ended') return endedAs(request);

    const state = await pin.stateOf(request.accountId);
    if (state !== 'usable') return { outcome: state };
    if (record === undefined) await ask(request, visit);
    return { outcome: 'ask', tries: record?.tries ?? 0 };
  };

  const whyNotNow = async (request: ConfirmationRequest): Promise<Confirmation> => {
    const record = await operations.find(request);
    if (record?.state === 'confirmed' && record.confirmedIn === request.step) return { outcome: 'confirmed' };
    return record?.state === 'ended' ? endedAs(request) : { outcome: 'waiting' };
  };

  /** What cannot be a PIN is no attempt; the person is still told when there is none to give. */
  const explainMalformed = async ({ accountId }: ConfirmationRequest): Promise<Confirmation> => {
    const state = await pin.stateOf(accountId);
    return { outcome: state === 'usable' ? 'malformed' : state };
  };

  const settle = async (
    request: ConfirmationRequest,
    check: PinCheck,
    triesLeft: number,
    visit: ConfirmationVisit,
  ): Promise<Confirmation> => {
    switch (check.outcome) {
      case 'right':
        await note('pin-right', request, visit); // whoever cannot write the journal must not confirm
        return (await operations.confirm(request, request.step)) ? { outcome: 'confirmed' } : whyNotNow(request);
      case 'wrong': {
        await note('pin-wrong', request, visit);
        if (triesLeft === 0) return (await operations.end(request)) ? { outcome: 'ended' } : whyNotNow(request);
        await operations.endTry(request);
        return { outcome: 'wrong', triesLeft: Math.min(triesLeft, check.triesLeft), tries: triesInRequest - triesLeft };
      }
      case 'locked':
        await operations.end(request);
        return { outcome: 'locked' };
      case 'none':
      case 'outdated':
      case 'busy':
        await operations.giveBackTry(request);
        return check;
    }
  };

  const confirm = async (
    request: ConfirmationRequest,
    { typed, tries }: TypedPin,
    visit: ConfirmationVisit,
  ): Promise<Confirmation> => {
    const digits = pin.read(typed);
    if (digits === undefined) return explainMalformed(request);

    const begun = await operations.beginTry(request, { most: triesInRequest, expected: tries });
    if (begun === undefined) return whyNotNow(request);
    const { accountId, clientId } = request;
    const noteLock = (tx: Tx) => journal.writeIn(tx, { type: 'pin-locked', accountId, clientId, ...visit });
    const check = await pin.check(accountId, digits, { device: visit.device, noteLock });
    return settle(request, check, begun.triesLeft, visit);
  };

  /** The person goes back to the service; says which error the service gets. */
  const cancel = async (request: ConfirmationRequest, visit: ConfirmationVisit): Promise<Refused> => {
    const record = await operations.find(request);
    const couldNot = record === undefined && (await pin.stateOf(request.accountId)) !== 'usable';
    await note('pin-cancelled', request, visit);
    if (record?.state === 'asked') await operations.end(request);
    return couldNot ? 'unmet_authentication_requirements' : 'access_denied';
  };

  return { open, confirm, cancel };
};

export type ConfirmationRules = ReturnType<typeof createConfirmation>;
