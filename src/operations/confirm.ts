// The PIN given for one request confirms this request and nothing else; three wrong tries end the request.
import type { Journal, JournalEventType } from '../journal/index.ts';
import type { OperationKey, OperationStore } from './store.ts';

type PinCheck =
  | { outcome: 'right' }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'locked'; justNow: boolean }
  | { outcome: 'none' }
  | { outcome: 'busy' };

/** What `pin/` does for us; given in app.ts. */
export interface PinNeeds {
  check: (accountId: string, pin: string) => Promise<PinCheck>;
  stateOf: (accountId: string) => Promise<'none' | 'locked' | 'usable'>;
  /** The digits of what was typed; undefined where it is no PIN. */
  read: (typed: string) => string | undefined;
}

/** A request of a service that is to be confirmed, by the person who is signed in. */
export interface ConfirmationRequest extends OperationKey {
  clientId: string;
  sessionUid: string;
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
  /** Not exactly the right digits: no attempt was made. */
  | { outcome: 'malformed' }
  /** Another submission of this request is being looked at. */
  | { outcome: 'waiting' }
  | { outcome: 'busy' };

export type Refused = 'access_denied' | 'unmet_authentication_requirements';

interface Needs {
  operations: OperationStore;
  pin: PinNeeds;
  journal: Journal;
  triesInRequest: number;
}

export const createConfirmation = ({ operations, pin, journal, triesInRequest }: Needs) => {
  const note = (type: JournalEventType, { accountId, clientId }: ConfirmationRequest, visit: ConfirmationVisit) =>
    journal.write({ type, accountId, clientId, ...visit });

  /** What the page shows. The record is written when it is first shown. */
  const open = async (request: ConfirmationRequest, visit: ConfirmationVisit): Promise<Opened> => {
    const record = await operations.find(request);
    if (record !== undefined && record.state !== 'asked') return { outcome: record.state };

    const state = await pin.stateOf(request.accountId);
    if (state !== 'usable') return { outcome: state };

    const { chainId, accountId, clientId, sessionUid } = request;
    const isNew = record === undefined && (await operations.ask({ chainId, accountId }, { clientId, sessionUid }));
    if (isNew) await note('pin-asked', request, visit);
    return { outcome: 'ask', tries: record?.tries ?? 0 };
  };

  const whyNotNow = async (request: ConfirmationRequest): Promise<Confirmation> => {
    const record = await operations.find(request);
    if (record === undefined || record.state === 'asked') return { outcome: 'waiting' };
    return { outcome: record.state };
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
        return (await operations.decide(request, 'confirmed')) ? { outcome: 'confirmed' } : whyNotNow(request);
      case 'wrong': {
        await note('pin-wrong', request, visit);
        if (triesLeft === 0)
          return (await operations.decide(request, 'ended')) ? { outcome: 'ended' } : whyNotNow(request);
        await operations.endTry(request);
        return { outcome: 'wrong', triesLeft: Math.min(triesLeft, check.triesLeft), tries: triesInRequest - triesLeft };
      }
      case 'locked':
        if (check.justNow) await note('pin-locked', request, visit);
        await operations.decide(request, 'ended');
        return { outcome: 'locked' };
      case 'none':
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
    if (digits === undefined) return { outcome: 'malformed' };

    const begun = await operations.beginTry(request, { most: triesInRequest, expected: tries });
    if (begun === undefined) return whyNotNow(request);
    return settle(request, await pin.check(request.accountId, digits), begun.triesLeft, visit);
  };

  /** The person goes back to the service; says which error the service gets. */
  const cancel = async (request: ConfirmationRequest, visit: ConfirmationVisit): Promise<Refused> => {
    const record = await operations.find(request);
    const couldNot = record === undefined && (await pin.stateOf(request.accountId)) !== 'usable';
    await note('pin-cancelled', request, visit);
    if (record?.state === 'asked') await operations.decide(request, 'ended');
    return couldNot ? 'unmet_authentication_requirements' : 'access_denied';
  };

  return { open, confirm, cancel };
};

export type ConfirmationRules = ReturnType<typeof createConfirmation>;
