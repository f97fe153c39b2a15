// Behind a line of the history: what it was, and what “this was not me” does.
import { describeMoment, type Page, type Speech } from '../web/index.ts';
import { describeEvent } from './history-page.ts';
import { accountPage } from './shell.ts';
import type { Account } from '../accounts/index.ts';
import type { HistoryEvent } from './history.ts';

export const reportPage = (speech: Speech, account: Pick<Account, 'profile'>, event: HistoryEvent, now: Date): Page => {
  const { t } = speech;
  const when = describeMoment(event.at, speech, { zone: account.profile.zoneinfo, now });
  return accountPage(account, 'history', {
    view: 'my-account/not-me',
    title: t('not-me.ask.title'),
    action: '/account/not-me',
    values: {
      event: event.id,
      facts: [
        { label: t('not-me.ask.what'), value: describeEvent(speech, event), areWords: true },
        { label: t('not-me.ask.when'), value: when, areWords: true },
        ...(event.service === undefined ? [] : [{ label: t('history.service-label'), value: event.service }]),
      ],
    },
  });
};
