// One step at a time: read where a browser is, and move on as long as nobody else has.
import { mayOpen, nextStep, type Answers, type Step } from './answers.ts';
import type { Flow, FlowOf } from '../flows/index.ts';
import type { Tx } from '../mongo/index.ts';

export interface Steps {
  /** Whether the answers allow this step now. */
  isOpen: (step: Step, answers: Answers) => boolean;
  /** The flow of this browser, where it has come to `step` or beyond. */
  at: (token: string | undefined, step: Step) => Promise<Flow<Answers> | undefined>;
  /** Undefined where somebody else has moved on meanwhile. */
  change: (flow: Flow<Answers>, changes: Partial<Answers>, tx?: Tx) => Promise<Flow<Answers> | undefined>;
}

interface Needs {
  flows: FlowOf<Answers>;
  /** Seconds after which nobody may add a contact to the account by having this browser alone. */
  secondContactWithin: number;
  now: () => Date;
}

export const createSteps = ({ flows, secondContactWithin, now }: Needs): Steps => {
  const isOpen = (step: Step, answers: Answers): boolean => {
    const isSecond = step === 'second' || step === 'second-code';
    const isLate = now().getTime() / 1000 > (answers.createdAt ?? 0) + secondContactWithin;
    return mayOpen(step, answers) && !(isSecond && isLate);
  };

  return {
    isOpen,
    at: async (token, step) => {
      const flow = await flows.read(token);
      return flow !== undefined && isOpen(step, flow.answers) ? flow : undefined;
    },
    change: async (flow, changes, tx) => {
      const answers = { ...flow.answers, ...changes };
      const step = nextStep(answers);
      return (await flows.advance(flow, step, answers, tx))
        ? { ...flow, step, turn: flow.turn + 1, answers }
        : undefined;
    },
  };
};
