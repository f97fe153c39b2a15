import { z } from 'zod';

/** A variable that holds a JSON object of texts. */
export const jsonObject = z.string().transform((text, context): Record<string, string> => {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'a JSON object of texts' });
    return z.NEVER;
  }
});
