// The level of a second factor: given once it belongs to the session, whoever asks next; a remembered browser alone never reaches it.
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { passwordAcr, secondFactorAcr } from './levels.ts';

const { Check, Prompt } = interactionPolicy;

/** Name of the prompt, and of its part in the result of an interaction. */
export const secondFactorResult = 'second_factor';

const givenSchema = z.object({ accountId: z.string(), sessionUid: z.string(), amr: z.array(z.string()) });

interface Needs {
  /** The level that this request is to be answered with, and all that it would take. */
  levelOf: (ctx: KoaContextWithOIDC) => string | undefined;
  acceptedLevels: (ctx: KoaContextWithOIDC) => readonly string[];
  hasSecondFactor: (accountId: string) => Promise<boolean>;
}

/** Raises the session where it was this very session, of this person, in which the factor was given for this request. */
const raiseSession = ({ oidc }: KoaContextWithOIDC): boolean => {
  const given = givenSchema.safeParse(oidc.result?.[secondFactorResult]);
  const { session } = oidc;
  if (!given.success || session?.accountId === undefined) return false;
  if (given.data.accountId !== session.accountId || given.data.sessionUid !== session.uid) return false;

  session.amr = [...new Set([...(session.amr ?? []), ...given.data.amr])];
  session.acr = secondFactorAcr;
  session.resetIdentifier(); // whoever has copied the cookie holds the weaker session no more (ASVS 7.2.4)
  return true;
};

export const createSecondFactorPrompt = ({ levelOf, acceptedLevels, hasSecondFactor }: Needs) =>
  new Prompt(
    { name: secondFactorResult, requestable: false },
    new Check('second_factor', 'a second factor of the End-User is required', 'interaction_required', async (ctx) => {
      const { session } = ctx.oidc;
      if (levelOf(ctx) !== secondFactorAcr || session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT;
      if (session.acr === secondFactorAcr || raiseSession(ctx)) return Check.NO_NEED_TO_PROMPT;

      const mayDoWithout = acceptedLevels(ctx).includes(passwordAcr);
      const isWithout = mayDoWithout && !(await hasSecondFactor(session.accountId));
      return isWithout ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
