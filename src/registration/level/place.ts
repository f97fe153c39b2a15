// Where a level is raised: on the way to a service that needs it, or in the person's own account.
import type { LevelStep } from './answers.ts';
import type { AssuranceLevel } from '../../accounts/index.ts';
import type { ServiceView } from '../../oidc/index.ts';
import type { Speech } from '../../web/index.ts';

/** What every page knows of it. */
export interface Place {
  /** Of the first page; no other place has it. */
  address: string;
  /** Whose request waits; nobody's in the account. */
  service: Pick<ServiceView, 'name' | 'host' | 'initial'> | undefined;
  secondsLeft: number | undefined;
}

export const levelAddress = ({ address }: Pick<Place, 'address'>, page: LevelStep | 'result' | '' = ''): string =>
  page === '' ? address : `${address}/${page}`;

export const levelWord = ({ t }: Speech, level: AssuranceLevel): string => t(`consent.assurance.${level}`);

/** The button of whoever would rather not. */
export const leaveLabel = ({ t }: Speech, { service }: Place): string =>
  t(service === undefined ? 'level.own.back' : 'level.refuse');
