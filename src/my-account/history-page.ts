// The page of the history: what happened, when, on what, at which service, with the number to quote.
import { describeMoment, describeZone, type Clock, type Page, type Speech } from '../web/index.ts';
import { historyGroups, textKeyOf, type HistoryGroup } from './history-groups.ts';
import { accountPage } from './shell.ts';
import type { Account } from '../accounts/index.ts';
import type { HistoryEvent, HistoryPage } from './history.ts';

const addressOf = (group: HistoryGroup | undefined, before?: string): string => {
  const query = new URLSearchParams({ ...(group && { show: group }), ...(before && { before }) }).toString();
  return query === '' ? '/account/history' : `/account/history?${query}`;
};

/** The words for an event, without its time and place. */
export const describeEvent = ({ t }: Speech, event: HistoryEvent): string =>
  t(textKeyOf(event), { device: event.device === 'unknown' ? t('history.unknown-device') : event.device });

const namesDevice = ({ type }: HistoryEvent): boolean => type === 'sign-in';

const eventRow = (speech: Speech, event: HistoryEvent, clock: Clock) => {
  const { t } = speech;
  const { device, service, requestId: reference } = event;
  const hasDevice = device !== 'unknown' && !namesDevice(event);
  return {
    label: describeEvent(speech, event),
    state: describeMoment(event.at, speech, clock),
    details: [
      ...(hasDevice ? [t('history.device', { device })] : []),
      ...(service === undefined ? [] : [t('history.service', { service })]),
      t('history.reference', { reference }),
    ],
    action: { href: `/account/not-me?event=${event.id}`, label: t('history.not-me') },
  };
};

const filterOf = ({ t }: Speech, group: HistoryGroup | undefined, current: HistoryGroup | undefined) => ({
  href: addressOf(group),
  label: t(`history.show.${group ?? 'all'}`),
  isCurrent: group === current,
});

export interface HistoryView extends HistoryPage {
  group: HistoryGroup | undefined;
}

export const historyPage = (
  speech: Speech,
  account: Pick<Account, 'profile'>,
  { events, olderThan, group, isLater }: HistoryView,
  now: Date,
): Page => {
  const clock = { zone: account.profile.zoneinfo, now };
  const { t } = speech;
  return accountPage(account, 'history', {
    view: 'my-account/history',
    title: t('history.title'),
    values: {
      filters: [undefined, ...historyGroups].map((one) => filterOf(speech, one, group)),
      events: events.map((event) => eventRow(speech, event, clock)),
      none: events.length > 0 ? '' : t(`history.none.${group === undefined ? 'all' : 'group'}`),
      zone: describeZone(speech, clock),
      newer: isLater ? addressOf(group) : null,
      older: olderThan === undefined ? null : addressOf(group, olderThan),
    },
  });
};
