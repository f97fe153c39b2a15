// Where a recovery stands, and the one way to move it on: from a state to one that may follow it, by one caller (R03).
import type { Answers } from './answers.ts';
import { mayFollow, recoveryStates, type RecoveryState } from './states.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Tx } from '../mongo/index.ts';

export interface RecoveryFlow extends Flow<Answers> {
  state: RecoveryState;
}

/** The pages of a recovery; `wait` is one that is left alone for a day. */
export type RecoveryPlace = 'start' | 'document' | 'code' | 'wait' | 'password' | 'done' | 'refused';

export interface Steps {
  /** The recovery of this browser, unless its time is over. */
  read: (token: string | undefined) => Promise<RecoveryFlow | undefined>;
  /** The page that is next. */
  placeOf: (flow: RecoveryFlow) => RecoveryPlace;
  /** Undefined where somebody else has moved on meanwhile. `seconds`: how long the next step may take, where that is not as usual. */
  move: (
    flow: RecoveryFlow,
    state: RecoveryState,
    changes?: Partial<Answers>,
    within?: { tx?: Tx; seconds?: number },
  ) => Promise<RecoveryFlow | undefined>;
}

interface Needs {
  flows: FlowOf<Answers>;
  now: () => Date;
}

const places: Record<RecoveryState, RecoveryPlace> = {
  started: 'document',
  'document-given': 'code',
  'code-sent': 'code',
  waiting: 'wait',
  'code-right': 'password',
  'password-set': 'done',
  refused: 'refused',
};

export const createSteps = ({ flows, now }: Needs): Steps => ({
  read: async (token) => {
    const flow = await flows.read(token);
    const state = recoveryStates.find((name) => name === flow?.step);
    return flow === undefined || state === undefined ? undefined : { ...flow, state };
  },
  placeOf: ({ state, answers: { readyAt } }) => {
    const isReady = readyAt !== null && readyAt <= now().getTime();
    return state === 'waiting' && isReady ? 'password' : places[state];
  },
  move: async (flow, state, changes = {}, { tx, seconds } = {}) => {
    if (!mayFollow(flow.state, state)) throw new Error(`no way from ${flow.state} to ${state}`);
    const answers = { ...flow.answers, ...changes };
    return (await flows.advance(flow, state, answers, tx, seconds))
      ? { ...flow, step: state, state, turn: flow.turn + 1, answers }
      : undefined;
  },
});
