// The page of services, and the one that says what a withdrawal means before it is done.
import { nameClaim } from '../../oidc/index.ts';
import { describeDay, describeMoment, type Clock, type Page, type Speech } from '../../web/index.ts';
import { accountPage } from '../shell.ts';
import type { Account } from '../../accounts/index.ts';
import type { ServiceOfPerson } from './services.ts';

type Shown = Pick<Account, 'profile'>;

/** What has just been done, told once above the page. */
export const servicesDone = ['withdrawn', 'unknown'] as const;
export type ServicesDone = (typeof servicesDone)[number];

const listOf = (names: readonly string[]): string => names.join(', ');

/** «Полное имя, Дата рождения»; scopes of a resource as its owner named them. */
const sees = (speech: Speech, { claims, resourceScopes }: ServiceOfPerson): string[] => [
  ...claims.map((name) => nameClaim(name, speech.t)),
  ...resourceScopes.map(({ indicator, scopes }) => `${indicator}: ${scopes.join(', ')}`),
];

const seesText = (speech: Speech, service: ServiceOfPerson): string => {
  const names = sees(speech, service);
  return names.length === 0
    ? speech.t('my-services.sees-nothing')
    : speech.t('my-services.sees', { names: listOf(names) });
};

const tagOf = ({ t }: Speech, { isOff }: ServiceOfPerson) =>
  isOff ? { kind: 'warn', text: t('my-services.off') } : null;

const serviceRow = (speech: Speech, service: ServiceOfPerson, clock: Clock) => {
  const { t, locale } = speech;
  const { clientId, name, since, lastUsedAt, renewsUntil, isFirstParty } = service;
  const day = (at: Date) => describeDay(at, clock.zone, locale);
  return {
    label: name,
    isData: true,
    tag: tagOf(speech, service),
    state: lastUsedAt === undefined ? '' : t('my-services.last', { when: describeMoment(lastUsedAt, speech, clock) }),
    details: [
      seesText(speech, service),
      ...(since === undefined ? [] : [t('my-services.since', { day: day(since) })]),
      ...(isFirstParty ? [t('my-services.own')] : []),
      ...(renewsUntil === undefined ? [] : [t('my-services.renews', { day: day(renewsUntil) })]),
    ],
    action: {
      href: `/account/services/withdraw?${new URLSearchParams({ service: clientId }).toString()}`,
      label: t('my-services.withdraw'),
    },
  };
};

export const servicesPage = (
  speech: Speech,
  account: Shown,
  { services, done }: { services: ServiceOfPerson[]; done: ServicesDone | undefined },
  now: Date,
): Page => {
  const { t } = speech;
  const clock = { zone: account.profile.zoneinfo, now };
  return accountPage(account, 'services', {
    view: 'my-account/services',
    title: t('my-services.title'),
    values: {
      done:
        done === undefined ? null : { kind: done === 'withdrawn' ? 'ok' : 'info', text: t(`my-services.done.${done}`) },
      services: services.map((service) => serviceRow(speech, service, clock)),
    },
  });
};

export const withdrawPage = (speech: Speech, account: Shown, service: ServiceOfPerson): Page => {
  const { t } = speech;
  const { clientId, name, isFirstParty, renewsUntil } = service;
  return accountPage(account, 'services', {
    view: 'my-account/withdraw',
    title: t('my-services.ask.title'),
    action: '/account/services/withdraw',
    values: {
      clientId,
      facts: [
        { label: t('my-services.ask.service'), value: name },
        { label: t('my-services.ask.sees'), value: listOf(sees(speech, service)) },
      ].filter(({ value }) => value !== ''),
      points: [
        t('my-services.ask.points.now'),
        ...(renewsUntil === undefined ? [] : [t('my-services.ask.points.renews')]),
        t(`my-services.ask.points.${isFirstParty ? 'own-again' : 'again'}`),
        t('my-services.ask.points.kept'),
        t('my-services.ask.points.told'),
      ],
    },
  });
};
