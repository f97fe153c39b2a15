// Every part of which pages are made, in its states, each part a page.
import { tellMasked } from '../../accounts/index.ts';
import { cyrillicService, latinService, longService, rightToLeftService } from './samples.ts';
import { fields } from './field-rows.ts';
import { longText, rightToLeft, type Part } from './part.ts';
import type { Row } from './row.ts';

const buttons: Part[] = [
  {
    part: 'button',
    samples: ({ t }) =>
      ['main', 'quiet', 'danger', 'link'].flatMap((kind) => [
        { state: kind, values: { kind, label: t('code-page.submit') } },
        {
          state: `${kind}, longest`,
          values: { kind, label: t('errors.back-to-service', { service: longService.name }) },
        },
      ]),
  },
  {
    part: 'link-button',
    samples: ({ t }) =>
      ['main', 'quiet'].map((kind) => ({ state: kind, values: { kind, href: '#main', label: t('page.home') } })),
  },
];

const lists: Part[] = [
  {
    part: 'answers',
    samples: ({ t }) => [
      {
        state: 'short, longest, right-to-left',
        values: {
          answers: [
            { label: t('consent.claim.given_name'), value: 'Анна', changeUrl: '#main' },
            { label: t('consent.claim.address'), value: longText, changeUrl: '#main' },
            { label: t('consent.claim.name'), value: rightToLeft, changeUrl: '#main' },
          ],
        },
      },
    ],
  },
  {
    part: 'facts',
    samples: ({ t }) => [
      {
        state: 'there, longest, right-to-left, missing',
        values: {
          facts: [
            { label: t('consent.claim.name'), value: 'Ковалёва Анна Сергеевна' },
            { label: t('consent.claim.email'), value: 'konstantin.preobrazhensky@department-of-examples.example.org' },
            { label: t('consent.claim.nickname'), value: rightToLeft },
            { label: t('consent.claim.snils'), value: t('consent.value.missing'), isMissing: true },
          ],
        },
      },
    ],
  },
  {
    part: 'points',
    samples: ({ t }) => [
      { state: 'words', values: { points: [t('consent.only-this-service'), t('consent.until-withdrawn')] } },
      { state: 'data', values: { points: [rightToLeft, longText], areData: true } },
    ],
  },
  {
    part: 'rows',
    samples: ({ t }) => {
      const action = { href: '#main', label: t('parts.answers.change') };
      const none = t('sandbox.state.no-pin');
      return [
        {
          state: 'with a state, with a tag, with nothing to do, longest, with details and a button',
          values: {
            rows: [
              { label: t('sign-in.password'), state: t('consent.value.yes'), action },
              { label: t('pin-page.pin'), tag: { kind: 'warn', text: none }, action },
              { label: t('pin-page.pin'), tag: { kind: 'ok', text: none }, action: null },
              { label: t('consent.scope.offline_access'), state: t('code-page.too-soon'), action },
              {
                label: longService.name,
                isData: true,
                details: [
                  t('history.reference', { reference: 'K7M3P-Q9RTX' }),
                  t('history.device', { device: rightToLeft }),
                ],
                button: { name: 'sample', value: 'one', label: t('devices.end') },
              },
            ],
          },
        },
      ];
    },
  },
];

const notes: Part[] = [
  {
    part: 'notice',
    samples: ({ t }) => [
      ...['ok', 'warn', 'danger', 'info'].map((kind) => ({
        state: kind,
        values: { kind, text: t('sign-in.wait-over') },
      })),
      {
        state: 'with a link',
        values: { kind: 'warn', text: t('code-page.too-soon'), link: { href: '#main', label: t('page.home') } },
      },
    ],
  },
  {
    part: 'countdown',
    samples: ({ t }) =>
      [5, 42, 890].map((seconds) => ({
        state: `${seconds} s`,
        values: {
          countdown: { around: ['', ''], duration: t('duration.seconds', { count: seconds }), seconds },
          over: t('sign-in.wait-over'),
        },
      })),
  },
  { part: 'progress', samples: () => [{ state: 'on the way', values: { step: 2, of: 5 } }] },
  {
    part: 'masked-contact',
    samples: () => [
      { state: 'phone', values: { contact: tellMasked('sms', '+7 ••• •••-45-67') } },
      { state: 'e-mail', values: { contact: tellMasked('email', 'a•••a@example.org') } },
    ],
  },
  {
    part: 'service',
    samples: () =>
      [cyrillicService, latinService, longService, rightToLeftService].map((service) => ({
        state: service.host,
        values: { service },
      })),
  },
  {
    part: 'asks',
    samples: () =>
      [cyrillicService, longService, rightToLeftService].map((service) => ({
        state: service.host,
        values: { service },
      })),
  },
  {
    part: 'attention',
    samples: ({ t }) => [
      {
        state: 'with its one thing to do',
        values: {
          title: t('account.attention.pin-locked.title'),
          text: t('account.attention.pin-locked.text'),
          link: { href: '#main', label: t('account.attention.pin-locked.link') },
          later: null,
        },
      },
    ],
  },
  { part: 'reference', samples: () => [{ state: 'as it is', values: {} }] },
  { part: 'mark', samples: () => [{ state: 'as it is', values: {} }] },
];

export const partRows = (): Row[] =>
  [...fields, ...buttons, ...lists, ...notes].map(({ part, samples, mistakes }) => ({
    name: `parts/${part}`,
    draw: (speech) => ({
      view: 'sandbox/part',
      title: part,
      action: '',
      mistakes: mistakes?.(speech) ?? [],
      values: { part, samples: samples(speech) },
    }),
  }));
