// Every address that we speak of comes from the issuer; nothing a client sends may change it (ATT-R07, ATT-X09).
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** True when the request line and the Host header both name the issuer's host. */
export const isAddressedTo = (issuer: URL, request: IncomingMessage): boolean => {
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || !namesHost(hosts[0], issuer)) return false;

  const target = request.url ?? '';
  if (target.startsWith('/')) return true;
  return target === issuer.origin || target.startsWith(`${issuer.origin}/`);
};

const namesHost = (host: string | undefined, issuer: URL): boolean => {
  if (host === undefined || !/^[a-z0-9.:[\]-]+$/i.test(host)) return false;
  return URL.parse(`${issuer.protocol}//${host}`)?.host === issuer.host;
};

const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
];

/** The peer, or what the outermost of our own proxies saw: hops are counted from the right, what stands left of them is hearsay. */
const clientAddress = (request: IncomingMessage, trustedHops: number): string => {
  const peer = request.socket.remoteAddress ?? '0.0.0.0';
  if (trustedHops === 0) return peer;

  const seen = (request.headersDistinct['x-forwarded-for'] ?? [])
    .flatMap((line) => line.split(','))
    .map((part) => part.trim());
  const claimed = seen.at(-trustedHops) ?? peer;
  return isIP(claimed) === 0 ? peer : claimed;
};

/** Rewrites the request so that scheme, host and client address are ours to say, wherever they are read later. */
export const settleAddress = (issuer: URL, trustedHops: number, request: IncomingMessage): void => {
  const address = clientAddress(request, trustedHops);
  for (const name of forwarding) Reflect.deleteProperty(request.headers, name);
  request.headers['host'] = issuer.host;
  request.headers['x-forwarded-host'] = issuer.host;
  request.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
  request.headers['x-forwarded-for'] = address;

  const target = request.url ?? '/';
  if (!target.startsWith('/')) request.url = target.slice(issuer.origin.length) || '/';
};

/** The network an address belongs to, short enough to be nobody's: /24 of IPv4, /48 of IPv6. */
export const shortenNetwork = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (isIP(plain) === 4) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(plain) === 6) return `${expand(plain).slice(0, 3).join(':')}::/48`;
  return 'unknown';
};

const expand = (address: string): string[] => {
  const [head = '', tail = ''] = address.split('%', 1).join('').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
};
