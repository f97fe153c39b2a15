// How a service is shown to people: what the administrator registered, and the host that the answer goes to.
import type { Client } from 'oidc-provider';

export interface ServiceView {
  clientId: string;
  name: string;
  host: string;
  initial: string;
  /** Where a person who is stuck can go back to; empty where there is no such page. */
  href: string;
  isFirstParty: boolean;
}

const webAddress = (uri: string | undefined): URL | undefined => {
  const url = URL.parse(uri ?? '');
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
};

/** `redirectUri`: the one of the request, already matched against the registration. */
export const describeService = (client: Client, redirectUri?: string): ServiceView => {
  const name = client.clientName ?? client.clientId;
  const target = webAddress(redirectUri ?? client.redirectUris?.[0]);
  const home = webAddress(client.clientUri ?? client.initiateLoginUri) ?? target;
  return {
    clientId: client.clientId,
    name,
    host: target?.host ?? home?.host ?? '',
    initial: Array.from(name.trim())[0]?.toUpperCase() ?? '',
    href: client.clientUri ?? client.initiateLoginUri ?? home?.origin ?? '',
    isFirstParty: client['first_party'] === true,
  };
};
