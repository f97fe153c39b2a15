// What a field shows on a page that is drawn again: what stood in it, rather than what it began with.
import type { PageState } from '../http.ts';

export const keptValues = (typed: PageState['typed']) => ({
  /** The value of a field of text. */
  kept: (name: string, value: string): string => typed?.get(name) ?? value,
  /** Whether this value of a box or of one among several is chosen. */
  isChosen: (name: string, value: string, isChosen: boolean): boolean =>
    typed === undefined ? isChosen : typed.get(name) === value,
});
