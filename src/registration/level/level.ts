// Raising a level: question by question, then the registry; nobody learns which datum was wrong, and what was typed is never lost.
import {
  isLevelAtLeast,
  judgeIssueDate,
  type Account,
  type AssuranceLevel,
  type Passport,
} from '../../accounts/index.ts';
import type { Flow, FlowOf } from '../../flows/index.ts';
import { mayOpenLevelStep, nextLevelStep, type LevelAnswers, type LevelStep } from './answers.ts';
import { createAskRegistry, subjectOf, type RegistryNeeds } from './ask-registry.ts';
import type { RegistrationVisit } from '../registration-visit.ts';

/** Whose level is to be raised, where, and to which one. */
export interface LevelPlace {
  address: string;
  accountId: string;
  needed: AssuranceLevel;
}

/** `centre`: no page of ours gives this level. `asking`: the registry is being asked just now. */
export type LevelState =
  | { at: 'raised' }
  | { at: 'centre'; why: 'confirmed' | 'not-here' }
  | { at: 'asking' }
  | { at: 'closed'; until: Date }
  | { at: 'no-match'; triesLeft: number }
  | { at: 'unavailable' }
  | { at: 'questions' }
  | { at: 'offer' };

export interface OpenLevel {
  account: Account;
  state: LevelState;
  /** Absent where nothing was begun. */
  answers: LevelAnswers | undefined;
  /** Of the answers: another one after every change. */
  turn: string;
  /** Until the answers are forgotten. */
  secondsLeft: number | undefined;
}

interface Needs extends Omit<RegistryNeeds, 'registry'> {
  flows: FlowOf<LevelAnswers>;
  /** Absent where this deployment cannot ask any. */
  registry: RegistryNeeds['registry'] | undefined;
}

/** Longer than any answer takes: whoever asked is gone. */
const longestAskMs = 15_000;

const isAsking = ({ askedAt }: LevelAnswers, now: Date): boolean =>
  askedAt !== null && now.getTime() - askedAt < longestAskMs;

export const createLevel = (needs: Needs) => {
  const { accounts, flows, levelAttempts, registry, journal, now } = needs;

  const find = async (token: string | undefined, { address, accountId }: LevelPlace) => {
    const flow = await flows.read(token);
    const isOurs = flow?.answers.accountId === accountId && flow.answers.place === address;
    return isOurs ? flow : undefined;
  };

  /** Undefined where somebody else has moved on meanwhile. */
  const change = async (flow: Flow<LevelAnswers>, changes: Partial<LevelAnswers>) => {
    const answers = { ...flow.answers, ...changes };
    const step = nextLevelStep(answers);
    return (await flows.advance(flow, step, answers)) ? { ...flow, step, turn: flow.turn + 1, answers } : undefined;
  };

  const stateOf = async (
    { level }: Account,
    { accountId, needed }: LevelPlace,
    answers: LevelAnswers | undefined,
  ): Promise<LevelState> => {
    if (isLevelAtLeast(level, needed)) return { at: 'raised' };
    if (!isLevelAtLeast('standard', needed)) return { at: 'centre', why: 'confirmed' };
    if (registry === undefined) return { at: 'centre', why: 'not-here' };
    if (answers !== undefined && isAsking(answers, now())) return { at: 'asking' };

    const until = await levelAttempts.waitingUntil(subjectOf(accountId));
    if (until !== undefined) return { at: 'closed', until };
    if (answers === undefined) return { at: 'offer' };
    if (answers.fate === 'no-match') return { at: 'no-match', triesLeft: answers.triesLeft };
    // Whoever was asking is gone without a word.
    return { at: answers.fate === 'unavailable' || answers.askedAt !== null ? 'unavailable' : 'questions' };
  };

  /** Undefined where nobody is signed in any more. */
  const open = async (token: string | undefined, place: LevelPlace): Promise<OpenLevel | undefined> => {
    const account = await accounts.find(place.accountId);
    if (account?.state !== 'active') return undefined;
    const flow = await find(token, place);
    const state = await stateOf(account, place, flow?.answers);
    const left = flow && Math.floor((flow.expiresAt.getTime() - now().getTime()) / 1000);
    return { account, answers: flow?.answers, turn: String(flow?.turn ?? ''), secondsLeft: left, state };
  };

  /** Begins, or goes on with what was begun; the token, where there is a new one. */
  const begin = async (token: string | undefined, place: LevelPlace): Promise<string | undefined> => {
    if ((await find(token, place)) !== undefined) return undefined;
    const nothing = { birthdate: null, snils: null, passport: null, askedAt: null, fate: null };
    const answers = { accountId: place.accountId, place: place.address, triesLeft: 0, ...nothing };
    return (await flows.begin('birthdate', answers)).token;
  };

  /** The person asked for more time on the page of this flow. */
  const extend = async (token: string | undefined, place: LevelPlace): Promise<void> => {
    const flow = await find(token, place);
    if (flow !== undefined) await flows.extend(flow);
  };

  /** One answer; nothing while the registry is being asked about the others. */
  const give = async (
    token: string | undefined,
    place: LevelPlace,
    step: LevelStep,
    given: Partial<Pick<LevelAnswers, 'birthdate' | 'snils' | 'passport'>>,
  ): Promise<void> => {
    const flow = await find(token, place);
    if (flow === undefined || !mayOpenLevelStep(step, flow.answers) || isAsking(flow.answers, now())) return;
    await change(flow, { ...given, askedAt: null, fate: null });
  };

  /** A passport that the new date makes impossible is asked for again. */
  const giveBirthdate = async (token: string | undefined, place: LevelPlace, birthdate: string): Promise<void> => {
    const passport = (await find(token, place))?.answers.passport ?? null;
    const isStill = passport !== null && judgeIssueDate(passport.issueDate, { birthdate, now: now() }) === 'right';
    await give(token, place, 'birthdate', { birthdate, passport: isStill ? passport : null });
  };

  const askRegistry = registry && createAskRegistry({ ...needs, registry }, { change, end: flows.end });

  return {
    open,
    begin,
    extend,
    giveBirthdate,
    giveSnils: (token: string | undefined, place: LevelPlace, snils: string) => give(token, place, 'snils', { snils }),
    givePassport: (token: string | undefined, place: LevelPlace, passport: Passport) =>
      give(token, place, 'passport', { passport }),
    /** Asks about the answers of that turn; what came of it, `open` tells. */
    send: async (
      token: string | undefined,
      place: LevelPlace,
      turn: string,
      visit: RegistrationVisit,
    ): Promise<void> => {
      const opened = await open(token, place);
      const flow = await find(token, place);
      if (opened === undefined || flow === undefined) return;
      if (String(flow.turn) !== turn || !['questions', 'no-match', 'unavailable'].includes(opened.state.at)) return;
      await askRegistry?.(opened.account, flow, visit);
    },
    refuse: (accountId: string, visit: RegistrationVisit): Promise<void> =>
      journal.write({ type: 'level-refused', accountId, ...visit }),
  };
};

export type LevelRules = ReturnType<typeof createLevel>;
