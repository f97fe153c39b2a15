// The page of browsers: where a person is signed in, and which are asked for no code.
import { describeDay, describeMoment, type Clock, type Page, type Speech } from '../web/index.ts';
import { accountPage } from './shell.ts';
import type { Account } from '../accounts/index.ts';
import type { RememberedBrowser } from '../devices/index.ts';
import type { SignedInBrowser } from './signed-in-browsers.ts';

/** What has just been done, told once above the page. */
export const devicesDone = [
  'ended',
  'others-ended',
  'unknown',
  'none',
  'forgotten',
  'all-forgotten',
  'not-remembered',
] as const;
export type DevicesDone = (typeof devicesDone)[number];

const isDone: Record<DevicesDone, boolean> = {
  ended: true,
  'others-ended': true,
  unknown: false,
  none: false,
  forgotten: true,
  'all-forgotten': true,
  'not-remembered': false,
};

const named = ({ t }: Speech, name: string | undefined) =>
  name === undefined || name === 'unknown'
    ? { label: t('devices.unknown-device'), isData: false }
    : { label: name, isData: true };

const here = ({ t }: Speech) => ({ kind: 'ok', text: t('devices.this') });

const browserRow = (speech: Speech, browser: SignedInBrowser, clock: Clock) => {
  const { t } = speech;
  const { isThis, services } = browser;
  return {
    ...named(speech, browser.device),
    tag: isThis ? here(speech) : null,
    state: isThis ? t('devices.now') : t('devices.seen', { when: describeMoment(browser.lastSeenAt, speech, clock) }),
    details: [
      t('devices.since', { when: describeMoment(browser.since, speech, clock) }),
      ...(services.length === 0 ? [] : [t('devices.services', { names: services.join(', ') })]),
    ],
    action: isThis ? { href: '/session/end', label: t('devices.sign-out') } : null,
    button: isThis ? null : { name: 'end', value: browser.sessionUid, label: t('devices.end') },
  };
};

const rememberedRow = (speech: Speech, browser: RememberedBrowser, clock: Clock) => {
  const { t, locale } = speech;
  return {
    ...named(speech, browser.name),
    tag: browser.isThis ? here(speech) : null,
    state: t('devices.seen', { when: describeMoment(browser.lastSeenAt, speech, clock) }),
    details: [
      t('devices.remembered.first', { when: describeMoment(browser.firstSeenAt, speech, clock) }),
      t('devices.remembered.until', { day: describeDay(browser.expiresAt, clock.zone, locale) }),
    ],
    button: { name: 'forget', value: browser.id, label: t('devices.remembered.forget') },
  };
};

export const devicesPage = (
  speech: Speech,
  account: Pick<Account, 'profile'>,
  {
    browsers,
    remembered,
    done,
  }: { browsers: SignedInBrowser[]; remembered: RememberedBrowser[]; done: DevicesDone | undefined },
  now: Date,
): Page => {
  const clock = { zone: account.profile.zoneinfo, now };
  return accountPage(account, 'security', {
    view: 'my-account/devices',
    title: speech.t('devices.title'),
    action: '/account/devices',
    values: {
      done: done === undefined ? null : { kind: isDone[done] ? 'ok' : 'info', text: speech.t(`devices.done.${done}`) },
      browsers: browsers.map((browser) => browserRow(speech, browser, clock)),
      hasOthers: browsers.some(({ isThis }) => !isThis),
      remembered: remembered.map((browser) => rememberedRow(speech, browser, clock)),
    },
  });
};
