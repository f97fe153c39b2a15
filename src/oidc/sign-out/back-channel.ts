// Back-channel logout: each service of an ended session hears of it, by a call that is written with the end and tried again until taken.
import type { Provider } from 'oidc-provider';
import { sendLogoutToken } from '../engine-internals.ts';
import type { LogoutCall } from './logout-call.ts';

/** Sends one logout token. Rejects when the service did not take it; a service that is gone or has no address for it needs none. */
export const createLogoutCall =
  (provider: Provider) =>
  async ({ clientId, accountId, sid }: LogoutCall): Promise<void> => {
    const client = await provider.Client.find(clientId);
    if (client?.['backchannelLogoutUri'] === undefined) return;
    await sendLogoutToken(client, accountId, sid);
  };
