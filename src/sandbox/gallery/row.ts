import type { Page, Speech } from '../../web/index.ts';

/** One page in one state. `name` is its address under `/sandbox/pages/`: what it is, a slash, its state. */
export interface Row {
  name: string;
  draw: (speech: Speech) => Page;
}
