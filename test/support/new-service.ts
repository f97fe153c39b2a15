// A service that the provider knows and that is ready to ask.
import type { ClientAuth } from 'openid-client';
import { createRelyingParty, serviceMetadata, type RelyingParty } from './relying-party.ts';
import type { TestCivicId } from './civic-id.ts';

/** `changes` replace parts of the metadata; `authentication` other than by its secret. */
export const newService = async (
  idp: TestCivicId,
  changes: Record<string, unknown> = {},
  authentication?: ClientAuth,
): Promise<RelyingParty> => {
  const metadata = serviceMetadata(changes);
  await idp.register(JSON.parse(JSON.stringify(metadata))); // as a file would hold it: nothing undefined
  return createRelyingParty(idp.issuer, metadata, authentication);
};
