import type { LevelStep } from './answers.ts';
import type { AssuranceLevel } from '../../accounts/index.ts';
import type { OpenInteraction } from '../../oidc/index.ts';
import type { Speech } from '../../web/index.ts';

/** What every page of a request knows of it. */
export type Place = Pick<OpenInteraction, 'uid' | 'service' | 'secondsLeft'>;

export const levelAddress = (uid: string, page: LevelStep | 'result' | '' = ''): string =>
  `/interaction/${uid}/level${page === '' ? '' : `/${page}`}`;

export const levelWord = ({ t }: Speech, level: AssuranceLevel): string => t(`consent.assurance.${level}`);
