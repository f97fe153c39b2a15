// Why a call went wrong, as far as a log may know.
import { z } from 'zod';

const errorSchema = z
  .object({
    code: z.string().optional().catch(undefined),
    name: z.string().catch('unknown'),
    cause: z.unknown().optional(),
  })
  .catch({ name: 'unknown' });

/** The code or name of an error, never its words: those of a library may repeat an address. */
export const reasonOf = (error: unknown): string => {
  const { code, name, cause } = errorSchema.parse(error);
  return code ?? (cause === undefined ? name : reasonOf(cause));
};
