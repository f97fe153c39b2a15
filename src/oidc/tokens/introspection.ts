// Who may look into a token: the service it was given to, and the API it is meant for.
import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider';
import { resourcesOf } from './resources.ts';
import { signInOfToken, type IsAlive } from './accounts-for-engine.ts';
import type { Accounts } from '../../accounts/index.ts';

type IntrospectedToken = AccessToken | ClientCredentials | RefreshToken;

interface Needs {
  accounts: Accounts;
  isAlive: IsAlive;
}

const audiencesOf = (token: IntrospectedToken): string[] =>
  'aud' in token && token.aud !== undefined ? [token.aud].flat() : [];

/** The engine's `introspection.allowedPolicy`; whoever may not look is told `{"active":false}`. */
export const createIntrospectionPolicy =
  ({ accounts, isAlive }: Needs) =>
  async (ctx: KoaContextWithOIDC, client: Client, token: IntrospectedToken): Promise<boolean> => {
    if (client.clientAuthMethod === 'none') return false;
    // The engine fails with 500 for a token whose client is gone or disabled.
    if ((await ctx.oidc.provider.Client.find(token.clientId ?? '')) === undefined) return false;

    const owned = resourcesOf(client).map(({ indicator }) => indicator);
    const isConcerned =
      token.clientId === client.clientId || audiencesOf(token).some((audience) => owned.includes(audience));
    if (!isConcerned) return false;
    if (!('accountId' in token)) return true;

    const account = await accounts.find(token.accountId);
    return account !== undefined && isAlive(account, signInOfToken(token));
  };
