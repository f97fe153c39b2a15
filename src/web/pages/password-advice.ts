// What is said while a new password is typed: how much is missing, by the rule on length alone; the rest of the policy answers on the server.
import type { Translate } from '../texts.ts';

/** `least`: how many characters a password needs. */
export const passwordAdvice = (t: Translate, least: number) => ({
  before: t('parts.advice.before', { count: least }),
  byMissing: JSON.stringify([
    t('parts.advice.enough'),
    ...Array.from({ length: least }, (_, place) => t('parts.advice.missing', { count: place + 1 })),
  ]),
});
