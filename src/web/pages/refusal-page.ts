// What a person sees when something did not work: what happened, what it means, what to do, and the way on.
import { redrawAddress } from '../browser/redraw.ts';
import { refusalStatuses, type RefusalCode } from '../refusal.ts';
import type { Page, Speech } from './pages.ts';

/** A form whose page can be opened again with what was typed. */
export interface KeptForm {
  action: string;
  fields: readonly { name: string; value: string }[];
}

interface ErrorPage {
  /** Where heading, text and advice stand in the texts. */
  key: string;
  status: number;
  /** Where the person came from; without it the way leads home. */
  back?: { href: string; text: string } | undefined;
  kept?: KeptForm | undefined;
}

export const errorPage = ({ t, locale }: Speech, { key, status, back, kept }: ErrorPage): Page => ({
  view: 'error',
  title: t(`${key}.heading`),
  status,
  quotesReference: true,
  ...(kept === undefined ? {} : { action: kept.action }),
  values: {
    text: t(`${key}.text`),
    advice: t(`${key}.advice`),
    back: back ?? null,
    formToKeep: kept === undefined ? null : { address: redrawAddress(kept.action, locale), fields: kept.fields },
  },
});

export const refusalPage = (speech: Speech, code: RefusalCode, kept?: KeptForm): Page =>
  errorPage(speech, { key: `errors.${code}`, status: refusalStatuses[code], kept });
