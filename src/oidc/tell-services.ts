// Back-channel logout: each service of an ended session hears of it, and none of them can hold the person up.
import type { Provider } from 'oidc-provider';
import { sendLogoutToken } from './engine-internals.ts';
import type { EndedServices } from './session-ends.ts';

interface Needs {
  provider: Provider;
  longestWaitSeconds: number;
  /** Nothing personal: the client and the name of the error. */
  noteFailure: (clientId: string, reason: string) => void;
}

export const createTellServices = ({ provider, longestWaitSeconds, noteFailure }: Needs) => {
  const tell = async (accountId: string, clientId: string, sid: string): Promise<void> => {
    try {
      const client = await provider.Client.find(clientId);
      if (client?.['backchannelLogoutUri'] === undefined) return;
      await sendLogoutToken(client, accountId, sid);
    } catch (error) {
      noteFailure(clientId, error instanceof Error ? error.name : 'unknown');
    }
  };

  /** Resolves when all have answered or the longest wait is over; the calls go on by themselves. */
  return async ({ accountId, services }: EndedServices): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const longestWait = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestWaitSeconds * 1000);
    });
    await Promise.race([Promise.all(services.map(({ clientId, sid }) => tell(accountId, clientId, sid))), longestWait]);
    clearTimeout(timer);
  };
};

export type TellServices = ReturnType<typeof createTellServices>;
