// What an authenticator is asked as a second factor: for one person, on one page, in one browser, and answered once.
import { z } from 'zod';
import type { Account } from '../accounts/index.ts';
import type { FlowOf } from '../flows/index.ts';
import type { Passkeys } from '../second-factors/index.ts';

const answersSchema = z.strictObject({
  accountId: z.string(),
  /** The journey that it belongs to. */
  askedFor: z.string(),
  challenge: z.string(),
  remember: z.boolean(),
});
type AskedAnswers = z.infer<typeof answersSchema>;
export const parseAskedPasskey = (stored: unknown): AskedAnswers => answersSchema.parse(stored);

/** Whose factor is asked for. `flowId`: what for, and what a code by SMS is sent for. */
export interface AskedPerson {
  account: Account;
  flowId: string;
  /** In a session of theirs, in place of a sign-in. */
  isSignedIn: boolean;
}

type Asked = Pick<AskedPerson, 'account' | 'flowId'>;

interface Needs {
  flows: FlowOf<AskedAnswers>;
  passkeys: Pick<Passkeys, 'drawChallenge' | 'requestOptions'>;
}

export const createAskedPasskey = ({ flows, passkeys }: Needs) => {
  const find = async ({ account, flowId }: Asked, token: string | undefined) => {
    const flow = await flows.read(token);
    const isOwn = flow?.answers.accountId === account.id && flow.answers.askedFor === flowId;
    return isOwn ? flow : undefined;
  };

  return {
    /** The token is for the browser's cookie. `remember`: the browser, once the answer is right. */
    begin: async ({ account, flowId }: Asked, remember: boolean): Promise<string> => {
      const answers = { accountId: account.id, askedFor: flowId, challenge: passkeys.drawChallenge(), remember };
      return (await flows.begin('asked', answers)).token;
    },
    /** What the authenticator is asked, as JSON; undefined where nothing was begun, or where it was answered. */
    open: async (person: Asked, token: string | undefined) => {
      const flow = await find(person, token);
      if (flow === undefined) return undefined;
      const { challenge, remember } = flow.answers;
      return { options: await passkeys.requestOptions(challenge, person.account.id), remember };
    },
    /** One caller gets the challenge to compare an answer with. */
    spend: async (person: Asked, token: string | undefined): Promise<string | undefined> => {
      const flow = await find(person, token);
      return flow !== undefined && (await flows.end(flow)) ? flow.answers.challenge : undefined;
    },
  };
};

export type AskedPasskey = ReturnType<typeof createAskedPasskey>;
