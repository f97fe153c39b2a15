// What is wrong with one field, in the words of whoever reads it.
import type { PageContext } from '../http.ts';
import type { Mistake } from './pages.ts';

export const mistaken = (
  ctx: PageContext,
  field: string,
  key: string,
  values?: Record<string, string | number>,
): Mistake[] => [{ field, text: ctx.state.t(key, values) }];
