// What a person can do about second factors. The secret of an app waits on the server until a code shows that the app has it; after that nobody sees it again.
import { z } from 'zod';
import type { FlowOf } from '../../flows/index.ts';
import type { FreshProof } from '../../sessions/index.ts';
import type { AccountVisit } from '../account-visit.ts';
import type { Person } from './change-account.ts';
import { createChangeFactors, type ChangeNeeds, type FactorAdded } from './change-factors.ts';

const answersSchema = z.strictObject({ accountId: z.string(), sessionUid: z.string(), secret: z.string() });
type SecretAnswers = z.infer<typeof answersSchema>;
export const parseSecretAnswers = (stored: unknown): SecretAnswers => answersSchema.parse(stored);

export type AppAdded =
  | FactorAdded
  | { outcome: 'wrong' }
  /** The page before it is over. */
  | { outcome: 'gone' };

interface Needs extends ChangeNeeds {
  flows: FlowOf<SecretAnswers>;
}

export const createFactorSettings = (needs: Needs) => {
  const { flows, secondFactors } = needs;
  const { add, remove, makeCodes } = createChangeFactors(needs);

  const find = async ({ account, sessionUid }: Person, token: string | undefined) => {
    const flow = await flows.read(token);
    const isOwn = flow?.answers.accountId === account.id && flow.answers.sessionUid === sessionUid;
    return isOwn ? flow : undefined;
  };

  return {
    of: secondFactors.ofAccount,
    phoneOf: secondFactors.sms.phoneOf,
    addressOf: secondFactors.totp.addressOf,
    /** Draws a secret; the token is for the browser's cookie. */
    beginApp: async ({ accountId, sessionUid }: FreshProof): Promise<string> => {
      const answers = { accountId, sessionUid, secret: secondFactors.totp.draw() };
      return (await flows.begin('secret', answers)).token;
    },
    /** The secret that waits for its first code. */
    waitingSecret: async (person: Person, token: string | undefined): Promise<string | undefined> =>
      (await find(person, token))?.answers.secret,
    confirmApp: async (
      person: Person,
      { token, code, deviceCookie }: { token: string | undefined; code: string; deviceCookie: string | undefined },
      visit: AccountVisit,
    ): Promise<AppAdded> => {
      const flow = await find(person, token);
      if (flow === undefined) return { outcome: 'gone' };
      const { secret } = flow.answers;
      const step = secondFactors.totp.stepOf(secret, code);
      if (step === undefined) return { outcome: 'wrong' };
      if (!(await flows.end(flow))) return { outcome: 'gone' };
      return add(person, deviceCookie, visit, (tx, { id }) => secondFactors.totp.add(tx, id, secret, step));
    },
    switchSmsOn: (person: Person, _proof: FreshProof, deviceCookie: string | undefined, visit: AccountVisit) =>
      add(person, deviceCookie, visit, async (tx, account) => {
        const isReached = secondFactors.sms.phoneOf(account) !== undefined;
        return isReached && (await secondFactors.sms.switchOn(tx, account.id));
      }),
    remove: (person: Person, kind: 'totp' | 'sms', _proof: FreshProof, visit: AccountVisit) =>
      remove(person, kind, visit),
    makeCodes: (person: Person, _proof: FreshProof, visit: AccountVisit) => makeCodes(person, visit),
  };
};

export type FactorSettings = ReturnType<typeof createFactorSettings>;
