import type { Mistake, Speech } from '../../web/index.ts';

/** What of the part is shown, and the values it is drawn with. */
interface Sample {
  state: string;
  values: Record<string, unknown>;
}

/** A part of pages, in its states. */
export interface Part {
  part: string;
  samples: (speech: Speech) => Sample[];
  mistakes?: (speech: Speech) => Mistake[];
}

export const longText =
  'Очень длинный текст, который не помещается в одну строку даже на широком экране и должен перенестись';
export const rightToLeft = 'ليلى حداد';
