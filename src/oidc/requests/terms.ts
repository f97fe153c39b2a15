// Whoever has not agreed to the terms of use in force is asked at the next sign-in, before a service learns anything.
import { interactionPolicy } from 'oidc-provider';

const { Check, Prompt } = interactionPolicy;

/** Under this name the version that a person accepted stands on the engine's account. */
export const acceptedTerms = 'acceptedTerms';

export const createTermsPrompt = (version: string) =>
  new Prompt(
    { name: 'terms', requestable: false },
    new Check('terms_accepted', 'End-User agreement to the terms of use is required', 'interaction_required', (ctx) => {
      const { account } = ctx.oidc;
      const isAsked = account !== undefined && account[acceptedTerms] !== version;
      return isAsked ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
