// The sandbox's own pages: who the citizens are, what was sent to them, and every page there is.
import { nameOf, passportNumberOf, type Citizen, type CitizenState } from './citizen.ts';
import { entryToShow } from './registry.ts';
import type { OutboxMessage } from './outbox.ts';
import type { Page, Speech } from '../web/index.ts';

const tagKinds: Record<CitizenState, 'ok' | 'warn' | 'danger'> = {
  ready: 'ok',
  'no-pin': 'warn',
  basic: 'warn',
  'pin-locked': 'danger',
  disabled: 'danger',
  'second-factor': 'ok',
};

/** What the registry knows of a person who has not shown it yet. */
const registryFacts = (citizen: Citizen, { t }: Speech) => {
  const entry = entryToShow(citizen);
  if (entry === undefined) return [];
  const { birthdate, snils, passport } = entry;
  const values = { birthdate, snils, passport: `${passport.series} ${passport.number}`, issued: passport.issueDate };
  return Object.entries(values).map(([fact, value]) => ({ label: t(`sandbox.citizens.registry.${fact}`), value }));
};

const factsOf = (citizen: Citizen, speech: Speech) => {
  const { t } = speech;
  const { phone, email, snils, inn, password, pin, totp } = citizen;
  const values = {
    phone,
    email,
    snils,
    inn,
    passport: passportNumberOf(citizen),
    password,
    pin,
    ...(totp === null ? {} : { totp }),
  };
  const facts = Object.entries(values).map(([fact, value]) => ({
    label: t(`sandbox.citizens.${fact}`),
    value: value ?? t('sandbox.citizens.none'),
    isMissing: value === null,
  }));
  const language = { label: t('sandbox.citizens.language'), value: t(`locales.${citizen.locale}.name`) };
  return [...facts, language, ...registryFacts(citizen, speech)];
};

export const citizensPage = (speech: Speech, citizens: readonly Citizen[]): Page => ({
  view: 'sandbox/citizens',
  title: speech.t('sandbox.citizens.title'),
  values: {
    citizens: citizens.map((citizen) => ({
      name: nameOf(citizen),
      tag: { kind: tagKinds[citizen.state], text: speech.t(`sandbox.state.${citizen.state}`) },
      facts: factsOf(citizen, speech),
    })),
  },
});

/** What a person reads; the JSON has more. */
const messagesOnPage = 8;

export const outboxPage = ({ t }: Speech, messages: readonly OutboxMessage[]): Page => ({
  view: 'sandbox/outbox',
  title: t('sandbox.outbox.title'),
  values: {
    messages: messages.slice(0, messagesOnPage),
    older: messages.length > messagesOnPage ? t('sandbox.outbox.older', { shown: messagesOnPage }) : '',
  },
});
