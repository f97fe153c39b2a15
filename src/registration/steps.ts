// One step at a time: read where a browser is, and move on as long as nobody else has.
import { mayOpen, nextStep, type Answers, type Step } from './answers.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Tx } from '../mongo/index.ts';

export interface Steps {
  /** The flow of this browser, where it has come to `step` or beyond. */
  at: (token: string | undefined, step: Step) => Promise<Flow<Answers> | undefined>;
  /** Undefined where somebody else has moved on meanwhile. */
  change: (flow: Flow<Answers>, changes: Partial<Answers>, tx?: Tx) => Promise<Flow<Answers> | undefined>;
}

export const createSteps = (flows: FlowOf<Answers>): Steps => ({
  at: async (token, step) => {
    const flow = await flows.read(token);
    return flow !== undefined && mayOpen(step, flow.answers) ? flow : undefined;
  },
  change: async (flow, changes, tx) => {
    const answers = { ...flow.answers, ...changes };
    const step = nextStep(answers);
    return (await flows.advance(flow, step, answers, tx)) ? { ...flow, step, turn: flow.turn + 1, answers } : undefined;
  },
});
