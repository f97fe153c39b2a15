// SMS by an HTTP gateway of any make: address, method, headers and body come from the configuration.
import type { Transport } from './message.ts';

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
}

const asJsonText = (value: string): string => JSON.stringify(value).slice(1, -1);

export const createSmsGateway =
  ({ url, method, headers, body, timeoutSeconds }: SmsGateway): Transport =>
  async ({ to, text }, idempotencyKey) => {
    const values: Record<string, string> = { to, text, key: idempotencyKey };
    const filled = body.replace(/\{\{(to|text|key)\}\}/g, (_match, name: string) => asJsonText(values[name] ?? ''));
    const response = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey, ...headers },
      body: filled,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await response.body?.cancel();
    if (!response.ok) throw new SmsGatewayError(`the gateway answered ${response.status}`);
  };
