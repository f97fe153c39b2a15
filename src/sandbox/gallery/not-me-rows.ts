// Behind the link of a notice: each event that it may tell of, what was done, and a link of no use.
import { now } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const token = 'c0ffee-c0ffee_c0ffee-1';
const support = '8 800 000-00-00';

export const notMeRows = ({ notMe: { askPage, securedPage, linkOverPage } }: App['pages']): Row[] => [
  ...['new-sign-in', 'unused-codes', 'level-raised', 'recovery-asked'].map((kind): Row => ({
    name: `not-me/${kind}`,
    draw: (speech) => askPage(speech, { kind, at: now }, token),
  })),
  { name: 'not-me/done', draw: (speech) => securedPage(speech, support) },
  { name: 'not-me/over', draw: (speech) => linkOverPage(speech, support) },
];
