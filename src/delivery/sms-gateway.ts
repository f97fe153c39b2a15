// SMS by an HTTP gateway of any make: address, method, headers and body come from the configuration.
import { MessageRefusedError, type Transport } from './message.ts';

export interface SmsGateway {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** With `{{to}}`, `{{text}}` and `{{key}}`, each put in as JSON text without its quotes. */
  body: string;
  timeoutSeconds: number;
}

/** The gateway did not take the message. */
export class SmsGatewayError extends Error {
  override name = 'SmsGatewayError';
  readonly code: string;

  constructor(code: string) {
    super(`the gateway did not take it: ${code}`);
    this.code = code;
  }
}

/** Answers about this one message; with any other the gateway speaks of itself or of us. */
const refusals = new Set([400, 404, 410, 413, 422]);

const asJsonText = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Names are compared without case, as in HTTP: the configuration replaces what we would send. */
const headersFor = (idempotencyKey: string, own: Record<string, string>): Headers => {
  const headers = new Headers({ 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey });
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return headers;
};

export const createSmsGateway =
  ({ url, method, headers, body, timeoutSeconds }: SmsGateway): Transport =>
  async ({ to, text }, idempotencyKey) => {
    const values: Record<string, string> = { to, text, key: idempotencyKey };
    const filled = body.replace(/\{\{(to|text|key)\}\}/g, (_match, name: string) => asJsonText(values[name] ?? ''));
    const response = await fetch(url, {
      method,
      headers: headersFor(idempotencyKey, headers),
      body: filled,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await response.body?.cancel();
    if (response.ok) return;
    const code = `HTTP ${response.status}`;
    throw refusals.has(response.status) ? new MessageRefusedError(code) : new SmsGatewayError(code);
  };
