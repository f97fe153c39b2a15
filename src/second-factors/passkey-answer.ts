// What a browser sends back from an authenticator, as text in one field of a form.
import { z } from 'zod';

const base64url = z.string().regex(/^[\w-]+$/);
const common = {
  id: base64url.max(1400),
  rawId: base64url.max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.unknown().transform(() => ({})),
};

const newSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(8)
      .default([]),
  }),
});

const usedSchema = z.object({
  ...common,
  response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }),
});

const mostCharacters = 12_000;

const parseWith =
  <T>(schema: z.ZodType<T>) =>
  (text: string): T | undefined => {
    if (text.length > mostCharacters) return undefined;
    try {
      return schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined; // no JSON at all
    }
  };

/** Undefined for what no authenticator sends. */
export const parseNewPasskey = parseWith(newSchema);
export const parseUsedPasskey = parseWith(usedSchema);
