// The pages behind the link of a notice: they say nothing of whose account it is, so that the link gives its holder nothing.
import { describeTime, type ToldEvent } from '../notices/index.ts';
import type { Page, Speech } from '../web/index.ts';

const allThatIsDone = ['sessions', 'password', 'pin', 'passkeys', 'restored', 'high-risk', 'contacts'];
/** What the button does, where a recovery has only begun. */
const pointsOf = (kind: string): string[] =>
  kind === 'recovery-asked' || kind === 'recovery-waiting'
    ? ['recovery', 'own-password', 'if-set', 'contacts']
    : allThatIsDone;

/** `token`: of the link, which is the page's own address. */
export const askPage = ({ t }: Speech, { kind, at }: Pick<ToldEvent, 'kind' | 'at'>, token: string): Page => ({
  view: 'not-me/ask',
  title: t('not-me.ask.title'),
  action: `/not-me/${token}`,
  values: {
    facts: [
      { label: t('not-me.ask.what'), value: t(`not-me.event.${kind}`), areWords: true },
      // By no clock of the person's: where they live is not for whoever holds the link.
      { label: t('not-me.ask.when'), value: describeTime(at, undefined, t) },
    ],
    points: pointsOf(kind).map((point) => t(`not-me.ask.points.${point}`)),
  },
});

export const securedPage = ({ t }: Speech, supportContact: string): Page => ({
  view: 'not-me/done',
  title: t('not-me.done.title'),
  values: { support: t('not-me.done.support', { support: supportContact }) },
});

/** Nobody gets a new password; the one that there was stays. */
export const stoppedPage = ({ t }: Speech, supportContact: string): Page => ({
  view: 'not-me/stopped',
  title: t('not-me.stopped.title'),
  values: { support: t('not-me.stopped.support', { support: supportContact }) },
});

/** One page for a link that never was, is over, was used or is malformed. */
export const linkOverPage = ({ t }: Speech, supportContact: string): Page => ({
  view: 'not-me/over',
  title: t('not-me.over.title'),
  status: 404,
  values: { advice: t('not-me.over.advice', { support: supportContact }) },
});

export const notMePages = { askPage, securedPage, stoppedPage, linkOverPage };
