// The `sub` a service knows a person by: its own, so that two services cannot put their records together.
import { createHmac } from 'node:crypto';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';

/** The engine's `pairwiseIdentifier`: one `sub` a person and sector (OpenID Connect Core §8.1). The key never rotates. */
export const createPairwiseIdentifier =
  (pairwiseKey: Buffer) =>
  async (_ctx: KoaContextWithOIDC, accountId: string, client: Client): Promise<string> =>
    createHmac('sha256', pairwiseKey)
      .update(`pairwise:v1:${String(client['sectorIdentifier'])}\u001f${accountId}`)
      .digest('base64url');
