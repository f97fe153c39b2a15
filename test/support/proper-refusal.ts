// What every refusal promises, whatever was sent: our page or a protocol error, no inner life, no echo.
import { expect } from '@jest/globals';
import type { BareAnswer } from './bare-http.ts';

/** Put it into what is sent; it must never come back as markup. */
export const marker = '<i>marker</i>';

const expectNothingInner = ({ body }: BareAnswer) => {
  expect(body).not.toMatch(/\n\s+at |\.[jt]s:\d|Error:|Mongo/);
  expect(body).not.toContain(marker);
  expect(body).not.toMatch(/href="[/\\]{2}/); // a path like //evil.example must not become a link to there
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
};

export const expectProperRefusal = (answer: BareAnswer): void => {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expectNothingInner(answer);
  expect(answer.headers['x-request-id']).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
  if (answer.headers['content-type']?.startsWith('application/json')) {
    expect(answer.body).toMatch(/^\{"error":"[a-z_-]+"/);
    expect(answer.body).toMatch(/^[\x20-\x7E]*$/);
    return;
  }
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.body).toContain(`<code translate="no">${String(answer.headers['x-request-id'])}</code>`);
};

/** A protocol error that the browser takes back to the service, to its registered address and nowhere else. */
export const expectErrorAtService = (answer: BareAnswer, redirectUri: string, error: string): void => {
  expect(answer.status).toBe(303);
  const location = new URL(answer.headers['location'] ?? '');
  expect(`${location.origin}${location.pathname}`).toBe(redirectUri);
  expect(location.searchParams.get('error')).toBe(error);
  expectNothingInner(answer);
};

/** The page came, and nothing went wrong on it. */
export const expectUnharmed = (answer: BareAnswer): void => {
  expect(answer.status).toBeLessThan(400);
  expectNothingInner(answer);
};
