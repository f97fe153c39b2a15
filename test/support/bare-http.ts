// HTTP as bytes, for requests that no proper client would send.
import { connect } from 'node:net';

export interface BareRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Where another instance of the same provider listens; the Host stays. */
  port?: number;
}

export interface BareAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string;
}

const readAnswer = (text: string): BareAnswer => {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end < 0 ? undefined : end).split('\r\n');
  const entries = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers: Object.fromEntries(entries),
    cookies: entries.filter(([name]) => name === 'set-cookie').map(([, value]) => value),
    body: end < 0 ? '' : text.slice(end + 4),
  };
};

/** Sends bytes and reads until the other side hangs up; ask for that with `Connection: close`. */
export const sendBytes = (issuer: URL, bytes: string | Buffer, port = Number(issuer.port)): Promise<BareAnswer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: issuer.hostname, port });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (error) => {
      // Whoever refuses a body hangs up while it is still being sent.
      if (chunks.length === 0) reject(error);
    });
    socket.on('close', () => resolve(readAnswer(Buffer.concat(chunks).toString('utf8'))));
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.write(bytes);
  });

/** A whole request; `Host`, `Accept`, `Accept-Language` and `Content-Length` are filled in where they are not given. */
export const sendBare = (issuer: URL, { method = 'GET', path = '/', headers = {}, body = '', port }: BareRequest) => {
  const content = Buffer.from(body);
  const all: Record<string, string> = {
    Host: issuer.host,
    Accept: 'text/html',
    'Accept-Language': 'en',
    ...(content.length === 0 ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
    ...(content.length === 0 || 'Transfer-Encoding' in headers ? {} : { 'Content-Length': String(content.length) }),
    ...headers,
    Connection: 'close',
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}\r\n`]));
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return sendBytes(issuer, Buffer.concat([head, content]), port);
};

/** A browser without manners: keeps cookies whatever their path, sends whatever it is told. */
export const createBareBrowser = (issuer: URL, cookies: Record<string, string> = {}) => {
  const jar = new Map(Object.entries(cookies));
  const answers: BareAnswer[] = [];

  const send = async (request: BareRequest): Promise<BareAnswer> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await sendBare(issuer, { ...request, headers: { Cookie: cookie, ...request.headers } });
    for (const line of answer.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    answers.push(answer);
    return answer;
  };

  /** Follows redirects inside the provider. */
  const follow = async (request: BareRequest): Promise<BareAnswer> => {
    const answer = await send(request);
    const target = URL.parse(answer.headers['location'] ?? '', issuer.href);
    if (answer.status !== 303 || target?.origin !== issuer.origin) return answer;
    return follow({ path: `${target.pathname}${target.search}` });
  };

  return {
    send,
    follow,
    cookies: () => Object.fromEntries(jar),
    /** Everything that this browser has been answered. */
    answers,
  };
};

export const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
};

export const readBareForm = ({ body }: BareAnswer) => ({
  action: /<form [^>]*action="([^"]*)"/.exec(body)?.[1] ?? '',
  csrf: /name="csrf" value="([^"]*)"/.exec(body)?.[1] ?? '',
});
