// The sandbox's own pages: who the citizens are, what was sent to them, and every page there is.
import { nameOf, passportNumberOf, type Citizen, type CitizenState } from './citizens.ts';
import type { OutboxMessage } from './outbox.ts';
import type { Page, Speech } from '../web/index.ts';

const tagKinds: Record<CitizenState, 'ok' | 'warn' | 'danger'> = {
  ready: 'ok',
  'no-pin': 'warn',
  basic: 'warn',
  'pin-locked': 'danger',
  disabled: 'danger',
};

const factsOf = (citizen: Citizen, { t }: Speech) => {
  const { phone, email, snils, inn, password, pin } = citizen;
  const values = { phone, email, snils, inn, passport: passportNumberOf(citizen), password, pin };
  const facts = Object.entries(values).map(([fact, value]) => ({
    label: t(`sandbox.citizens.${fact}`),
    value: value ?? t('sandbox.citizens.none'),
    isMissing: value === null,
  }));
  return [...facts, { label: t('sandbox.citizens.language'), value: t(`locales.${citizen.locale}.name`) }];
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

export const outboxPage = ({ t }: Speech, messages: readonly OutboxMessage[]): Page => ({
  view: 'sandbox/outbox',
  title: t('sandbox.outbox.title'),
  values: { messages },
});
