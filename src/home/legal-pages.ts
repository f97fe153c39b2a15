// What everybody may read without signing in: the terms of use, what is kept, and the cookies.
import { languageTags, type Page, type Speech } from '../web/index.ts';

const points = {
  terms: ['one', 'two', 'three', 'four', 'five'],
  privacy: ['one', 'two', 'three', 'four', 'five', 'six', 'kept', 'download', 'deletion', 'seven'],
  cookies: ['session', 'interaction', 'page', 'language', 'flow', 'device'],
} as const;

export type LegalName = keyof typeof points;
export const legalNames = ['terms', 'privacy', 'cookies'] as const satisfies readonly LegalName[];

export interface LegalFacts {
  /** YYYY-MM-DD */
  termsVersion: string;
  deployment: string;
  support: string;
}

const dateOf = (version: string, { locale }: Speech): string =>
  new Intl.DateTimeFormat(languageTags[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(version));

export const legalPage = (speech: Speech, name: LegalName, { termsVersion, ...values }: LegalFacts): Page => {
  const { t } = speech;
  const lead = {
    terms: () => t('legal.terms.version', { date: dateOf(termsVersion, speech) }),
    privacy: () => '',
    cookies: () => t('legal.cookies.lead'),
  };
  return {
    view: 'home/legal',
    title: t(`legal.${name}.title`),
    values: { lead: lead[name](), points: points[name].map((point) => t(`legal.${name}.points.${point}`, values)) },
  };
};
