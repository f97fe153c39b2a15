// PINs are looked at one at a time, and one that may be is set: many at once would find out, by what is refused, the one that there is.
import { createSavePin, type SaveNeeds } from './save-pin.ts';
import type { Journey, Person, SettingFlow } from './journey.ts';
import type { PinVisit } from './pin-visit.ts';
import { createJudgePin, type PinChoice } from '../choice/judge-pin.ts';
import { createMakePin } from '../choice/make-pin.ts';
import type { PinVerifiers } from '../pin-verifier.ts';
import type { PinFacts } from '../store.ts';
import { HashingBusy } from '../../hashing/index.ts';

/** `easy`: why is told to nobody. `gone`: at another step meanwhile, whose page says what is next. */
export type PinChosen = { outcome: 'set' | 'easy' | 'busy' | 'gone' };

/** `pin`: made for the person, and known to nobody else from then on. */
export type PinMade = { outcome: 'set'; pin: string } | { outcome: 'busy' | 'gone' };

export interface ChooseNeeds extends SaveNeeds {
  verifiers: PinVerifiers;
  digits: 4 | 6;
  /** PINs that are looked at in one go. */
  mostChoices: number;
}

interface Looked {
  flow: SettingFlow;
  read: PinFacts | undefined;
  choice: PinChoice;
}

const setTimeOf = (read: PinFacts | undefined): number => read?.setAt.getTime() ?? 0;

/** Longer than any look takes: whoever looked is gone. */
const longestLookMs = 10_000;

export const createChoosePin = (needs: ChooseNeeds, journey: Journey) => {
  const { pins, accounts, verifiers, mostChoices, now, checkpoint } = needs;
  const { at, change } = journey;
  const judge = createJudgePin(verifiers);
  const make = createMakePin(judge, needs.digits);
  const save = createSavePin(needs, journey);

  /** Counts one PIN of this way and reads what it is compared with; undefined where the way leads elsewhere now. */
  const look = async (token: string | undefined, person: Person): Promise<Looked | undefined> => {
    const found = await at(token, person, 'choose');
    if (found === undefined) return undefined;
    const { choices, replaces, code, lookingSince } = found.answers;
    if (now().getTime() - lookingSince < longestLookMs) return undefined;
    const isTooMany = choices >= mostChoices;
    const counted = { choices: choices + 1, lookingSince: now().getTime() };
    const flow = await change(found, isTooMany ? 'used-up' : 'choose', counted);
    if (flow === undefined || isTooMany) return undefined;

    const { account } = person;
    const read = await pins.read(account.id);
    if (setTimeOf(read) !== replaces) {
      await change(flow, 'overtaken');
      return undefined;
    }
    const owner = { account, documents: await accounts.readDocuments(account.id) };
    const used = read === undefined ? [] : [read.verifier, ...read.previous];
    return { flow, read, choice: { accountId: account.id, owner, lastCode: code, used } };
  };

  const set = async (
    pin: string,
    person: Person,
    { flow, read }: Looked,
    visit: PinVisit,
  ): Promise<{ outcome: 'set' | 'gone' }> => {
    const verifier = await verifiers.make(person.account.id, pin);
    await checkpoint('PIN about to be set');
    const { outcome } = await save({ person, flow, verifier, read }, visit);
    await checkpoint('PIN set');
    if (outcome === 'overtaken') await change(flow, 'overtaken');
    return { outcome: outcome === 'set' ? 'set' : 'gone' };
  };

  /** The next one may be looked at; `busy` where no hash could be made. */
  const release = async <T>({ flow }: Looked, outcome: T): Promise<{ outcome: T }> => {
    await change(flow, 'choose', { lookingSince: 0 });
    return { outcome };
  };
  const orBusy = async <T>(looked: Looked, work: () => Promise<T>): Promise<T | { outcome: 'busy' }> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HashingBusy) return release(looked, 'busy' as const);
      throw error;
    }
  };

  return {
    choose: async (token: string | undefined, person: Person, pin: string, visit: PinVisit): Promise<PinChosen> => {
      const looked = await look(token, person);
      if (looked === undefined) return { outcome: 'gone' };
      return orBusy<PinChosen>(looked, async () =>
        (await judge(pin, looked.choice)) === 'easy' ? release(looked, 'easy') : set(pin, person, looked, visit),
      );
    },
    make: async (token: string | undefined, person: Person, visit: PinVisit): Promise<PinMade> => {
      const looked = await look(token, person);
      if (looked === undefined) return { outcome: 'gone' };
      return orBusy<PinMade>(looked, async () => {
        const pin = await make(looked.choice);
        const { outcome } = await set(pin, person, looked, visit);
        return outcome === 'set' ? { outcome, pin } : { outcome };
      });
    },
  };
};
