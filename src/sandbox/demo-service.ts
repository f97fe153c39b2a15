// A relying party, whole: how to ask for a sign-in, how to ask for a confirmation, and what to check in the answer.
import * as client from 'openid-client';

const pinAcr = 'urn:civic-id:acr:pin';
const freshSeconds = 60;

/** What was asked, kept on the service's side until the answer comes. */
export interface Question {
  kind: 'sign-in' | 'payment';
  pkceCodeVerifier: string;
  expectedState: string;
  expectedNonce: string;
}

export interface SignedIn {
  name: string;
  sub: string;
  idToken: string;
  claims: object;
  person: object;
  token: object;
}

/** Each check with what was expected and what came. */
export interface PaymentProof {
  isConfirmed: boolean;
  checks: { check: string; expected: string; received: unknown; holds: boolean }[];
}

interface Needs {
  issuer: URL;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  postLogoutRedirectUri: string;
}

export const createDemoService = ({ issuer, clientId, clientSecret, redirectUri, postLogoutRedirectUri }: Needs) => {
  let discovered: Promise<client.Configuration> | undefined;

  // Plain http is for a laptop; a real service talks https only and leaves this option out.
  const options = issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {};
  const discover = async (): Promise<client.Configuration> => {
    discovered ??= client.discovery(issuer, clientId, clientSecret, undefined, options);
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      throw error;
    }
  };

  const ask = async (kind: Question['kind'], uiLocales: string) => {
    const question: Question = {
      kind,
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const parameters = {
      redirect_uri: redirectUri,
      code_challenge: await client.calculatePKCECodeChallenge(question.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: question.expectedState,
      nonce: question.expectedNonce,
      ui_locales: uiLocales,
    };
    return { question, parameters };
  };

  /** The tokens for the answer in `callback`; the library checks state, nonce, PKCE, signature, issuer and audience. */
  const exchange = async (callback: URL, question: Question) => {
    const tokens = await client.authorizationCodeGrant(await discover(), callback, question);
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined) throw new Error('no ID token came back');
    return { tokens, claims, idToken: tokens.id_token };
  };

  return {
    askForSignIn: async (uiLocales: string) => {
      const { question, parameters } = await ask('sign-in', uiLocales);
      const address = client.buildAuthorizationUrl(await discover(), {
        ...parameters,
        scope: 'openid profile email phone',
      });
      return { question, address };
    },

    /** Pushed to the provider first, so that nobody on the way can change what is asked (RFC 9126). */
    askForPayment: async (uiLocales: string, sub: string) => {
      const { question, parameters } = await ask('payment', uiLocales);
      const address = await client.buildAuthorizationUrlWithPAR(await discover(), {
        ...parameters,
        scope: 'openid',
        acr_values: pinAcr,
        claims: JSON.stringify({ id_token: { sub: { value: sub } } }),
      });
      return { question, address };
    },

    finishSignIn: async (callback: URL, question: Question): Promise<SignedIn> => {
      const { tokens, claims, idToken } = await exchange(callback, question);
      const person = await client.fetchUserInfo(await discover(), tokens.access_token, claims.sub);
      const { token_type, expires_in, scope } = tokens;
      const name = person.given_name ?? person.name ?? '';
      return { name, sub: claims.sub, idToken, claims, person, token: { token_type, expires_in, scope } };
    },

    /** A signed ID token alone is not enough: it must say that this person gave the PIN, for this request, just now. */
    finishPayment: async (callback: URL, question: Question, sub: string): Promise<PaymentProof> => {
      const { claims } = await exchange(callback, question);
      const age = Math.floor(Date.now() / 1000) - claims.iat;
      const checks = [
        { check: 'acr', expected: pinAcr, received: claims['acr'], holds: claims['acr'] === pinAcr },
        {
          check: 'nonce',
          expected: question.expectedNonce,
          received: claims.nonce,
          holds: claims.nonce === question.expectedNonce,
        },
        { check: 'sub', expected: sub, received: claims.sub, holds: claims.sub === sub },
        {
          check: 'iat',
          expected: `at most ${freshSeconds} s ago`,
          received: `${age} s ago`,
          holds: age <= freshSeconds,
        },
      ];
      return { isConfirmed: checks.every(({ holds }) => holds), checks };
    },

    signOutAddress: async (idToken: string, uiLocales: string): Promise<URL> =>
      client.buildEndSessionUrl(await discover(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: postLogoutRedirectUri,
        ui_locales: uiLocales,
      }),
  };
};

/** The OAuth error of a refused request; undefined where something else went wrong. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof client.AuthorizationResponseError ? error.error : undefined;

export type DemoService = ReturnType<typeof createDemoService>;
