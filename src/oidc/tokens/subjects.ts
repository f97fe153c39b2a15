// The `sub` a service knows a person by: its own, so that two services cannot put their records together.
import { createHmac } from 'node:crypto';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';

/** The `sub` by which the request's client knows an account, pairwise or public. */
export const createSubjectFor = (pairwiseKey: Buffer) => {
  const pairwise = createPairwiseIdentifier(pairwiseKey);
  return async (ctx: KoaContextWithOIDC, accountId: string): Promise<string> => {
    const { client } = ctx.oidc;
    return client?.subjectType === 'pairwise' ? pairwise(ctx, accountId, client) : accountId;
  };
};

/** The engine's `pairwiseIdentifier`: one `sub` a person and sector (OpenID Connect Core §8.1). The key never rotates. */
export const createPairwiseIdentifier =
  (pairwiseKey: Buffer) =>
  async (_ctx: KoaContextWithOIDC, accountId: string, client: Client): Promise<string> =>
    createHmac('sha256', pairwiseKey)
      .update(`pairwise:v1:${String(client['sectorIdentifier'])}\u001f${accountId}`)
      .digest('base64url');
