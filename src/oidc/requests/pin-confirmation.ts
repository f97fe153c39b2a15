// The PIN level: for this request, this person and this session alone; never of a session, a refresh token or another service.
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { pinAcr } from './levels.ts';

const { Check, Prompt } = interactionPolicy;

/** Under this name the confirmation stands in the result of the interaction. */
export const pinResult = 'pin';

const confirmationSchema = z.object({ accountId: z.string(), sessionUid: z.string() });

/** True when the person who is signed in has given the PIN for this very request. */
export const isConfirmed = ({ oidc }: KoaContextWithOIDC): boolean => {
  const confirmed = confirmationSchema.safeParse(oidc.result?.[pinResult]);
  const { session } = oidc;
  if (!confirmed.success || session?.accountId === undefined) return false;
  return confirmed.data.accountId === session.accountId && confirmed.data.sessionUid === session.uid;
};

interface Needs {
  /** The level that this request is to be answered with. */
  levelOf: (ctx: KoaContextWithOIDC) => string | undefined;
}

/** The last prompt of all, so that nobody confirms and is then asked for something else. */
export const createPinPrompt = ({ levelOf }: Needs) =>
  new Prompt(
    { name: 'pin', requestable: false },
    new Check('pin_confirmation', 'End-User confirmation with the PIN is required', 'interaction_required', (ctx) =>
      levelOf(ctx) === pinAcr && !isConfirmed(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  );
