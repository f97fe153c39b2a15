// Forms are flat: a name and a string, each once. Anything cleverer is refused before a rule sees it (ATT-X01…X03).
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { Csrf } from './csrf.ts';
import type { PageContext } from '../http.ts';

export interface FormLimits {
  bytes: number;
  fields: number;
}

const readBody = async (request: IncomingMessage, limit: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new Refusal('bad-request', 'body is not bytes');
    size += chunk.length;
    if (size > limit) throw new Refusal('too-large', 'form is too large');
    chunks.push(chunk);
  }
  return decodeUtf8(Buffer.concat(chunks));
};

const decodeUtf8 = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('bad-request', 'form is not UTF-8');
  }
};

const isPercentEncodingWhole = (body: string): boolean => {
  try {
    decodeURIComponent(body.replaceAll('+', ' '));
    return true;
  } catch {
    return false;
  }
};

const parseFlat = (body: string, limit: number): Map<string, string> => {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) throw new Refusal('bad-request', 'a field is repeated');
    if (fields.size >= limit) throw new Refusal('bad-request', 'form has too many fields');
    fields.set(name, value);
  }
  return fields;
};

const readBytes = async (ctx: PageContext, limit: number): Promise<string> => {
  if (!ctx.is('application/x-www-form-urlencoded')) throw new Refusal('unsupported-form', 'not a urlencoded form');
  if (ctx.get('content-encoding') !== '') throw new Refusal('unsupported-form', 'encoded body');
  if (ctx.request.length > limit) throw new Refusal('too-large', 'form is too large');

  const body = await readBody(ctx.req, limit);
  if (!isPercentEncodingWhole(body)) throw new Refusal('bad-request', 'form is badly encoded');
  return body;
};

interface Needs {
  limits: FormLimits;
  csrf: Csrf;
}

export const createForms = ({ limits, csrf }: Needs) => {
  const readFields = async (ctx: PageContext): Promise<Map<string, string>> =>
    parseFlat(await readBytes(ctx, limits.bytes), limits.fields);

  const parse = <T>(fields: Map<string, string>, schema: z.ZodType<T>): T => {
    const parsed = schema.safeParse(Object.fromEntries(fields));
    if (!parsed.success) throw new Refusal('bad-request', 'form has other fields than expected');
    return parsed.data;
  };

  /** What a form of ours holds besides its token. Throws `Refusal` 400, 403, 413 or 415. */
  const readOwn = async (ctx: PageContext): Promise<Map<string, string>> => {
    const fields = await readFields(ctx);
    csrf.check(ctx, fields.get('csrf') ?? '');
    fields.delete('csrf');
    return fields;
  };

  /** Reads and checks the form of a POST: nobody reads one without looking at its token. Throws `Refusal` 400, 403, 413 or 415; unknown, repeated and bracketed names are 400. */
  const readForm = async <T>(ctx: PageContext, schema: z.ZodType<T>): Promise<T> => {
    const fields = await readOwn(ctx);
    ctx.state.sent = fields;
    return parse(fields, schema);
  };

  /** The same for a form whose token the caller checks. */
  const readFormOfEngine = async <T>(ctx: PageContext, schema: z.ZodType<T>): Promise<T> => {
    const fields = await readFields(ctx);
    csrf.checkOrigin(ctx);
    return parse(fields, schema);
  };

  return { readOwn, readForm, readFormOfEngine };
};

/** Reads a POST whose fields are on their way elsewhere, repeated ones included. Throws `Refusal` 400, 413 or 415. */
export const readQuery = async (ctx: PageContext, bytes: number): Promise<URLSearchParams> =>
  new URLSearchParams(await readBytes(ctx, bytes));

export type Forms = ReturnType<typeof createForms>;
