// Every part of which pages are made, in its states, each part a page.
import { passwordAdvice, type Mistake, type Speech } from '../../web/index.ts';
import { tellMasked } from '../../accounts/index.ts';
import { cyrillicService, latinService, longService, rightToLeftService } from './samples.ts';
import type { Row } from './row.ts';

/** What of the part is shown, and the values it is drawn with. */
interface Sample {
  state: string;
  values: Record<string, unknown>;
}

interface Part {
  part: string;
  samples: (speech: Speech) => Sample[];
  mistakes?: (speech: Speech) => Mistake[];
}

const longText = 'Очень длинный текст, который не помещается в одну строку даже на широком экране и должен перенестись';
const rightToLeft = 'ليلى حداد';

const fields: Part[] = [
  {
    part: 'text-field',
    samples: ({ t }) =>
      [
        { state: 'empty', values: { name: 'empty', value: '' } },
        { state: 'filled', values: { name: 'filled', value: 'Анна' } },
        { state: 'longest', values: { name: 'longest', value: longText.repeat(3), hint: t('pin-page.locked.advice') } },
        { state: 'right-to-left', values: { name: 'rtl', value: rightToLeft } },
        { state: 'mistaken', values: { name: 'identifier', value: '+7 900', hint: t('code-page.hint') } },
      ].map(({ state, values }) => ({
        state,
        values: { label: t('sign-in.identifier'), autocomplete: 'off', ...values },
      })),
    mistakes: ({ t }) => [{ field: 'identifier', text: t('sign-in.mistake.identifier-missing') }],
  },
  {
    part: 'password-field',
    samples: ({ t }) =>
      ['empty_password', 'password'].map((name) => ({
        state: name.startsWith('empty') ? 'empty' : 'mistaken',
        values: { name, label: t('sign-in.password'), autocomplete: 'current-password' },
      })),
    mistakes: ({ t }) => [{ field: 'password', text: t('sign-in.mistake.password-missing') }],
  },
  {
    part: 'new-password-field',
    samples: ({ t }) => [
      { state: 'empty', values: { name: 'new_password', label: t('sign-in.password'), advice: passwordAdvice(t, 8) } },
    ],
  },
  {
    part: 'code-field',
    samples: ({ t }) =>
      ['empty_code', 'code'].map((name) => ({
        state: name.startsWith('empty') ? 'empty' : 'mistaken',
        values: { name, label: t('code-page.code'), hint: t('code-page.hint') },
      })),
    mistakes: ({ t }) => [{ field: 'code', text: t('code-page.mistake.wrong', { count: 2 }) }],
  },
  {
    part: 'pin-field',
    samples: ({ t }) =>
      ['empty_pin', 'pin'].map((name) => ({
        state: name.startsWith('empty') ? 'empty' : 'mistaken',
        values: { name, label: t('pin-page.pin'), hint: t('pin-page.hint', { count: 4 }) },
      })),
    mistakes: ({ t }) => [{ field: 'pin', text: t('pin-page.mistake.wrong', { count: 1 }) }],
  },
  {
    part: 'date-field',
    samples: ({ t }) =>
      [
        { state: 'empty', name: 'empty', value: { day: '', month: '', year: '' } },
        { state: 'filled', name: 'filled', value: { day: '14', month: '03', year: '1988' } },
        { state: 'mistaken', name: 'birthdate', value: { day: '31', month: '02', year: '1988' } },
      ].map(({ state, name, value }) => ({
        state,
        values: { name, value, legend: t('consent.claim.birthdate'), autocomplete: 'bday' },
      })),
    mistakes: ({ t }) => [{ field: 'birthdate_day', text: t('sandbox.pages.mistaken') }],
  },
  {
    part: 'radios',
    samples: ({ t }) => {
      const options = [
        { value: 'email', label: t('consent.claim.email') },
        { value: 'phone', label: t('consent.claim.phone_number'), hint: t('code-page.hint') },
      ];
      return [
        { state: 'empty', values: { name: 'empty_choice', legend: t('sandbox.pages.choose'), options, chosen: '' } },
        { state: 'chosen', values: { name: 'chosen', legend: t('sandbox.pages.choose'), options, chosen: 'phone' } },
        { state: 'mistaken', values: { name: 'mistaken', legend: t('sandbox.pages.choose'), options, chosen: '' } },
      ];
    },
    mistakes: ({ t }) => [{ field: 'mistaken', text: t('sandbox.pages.mistaken') }],
  },
  {
    part: 'checkbox',
    samples: ({ t }) =>
      [false, true].map((isTicked) => ({
        state: isTicked ? 'ticked' : 'empty',
        values: { name: `ticked_${String(isTicked)}`, value: 'yes', label: t('code-page.remember'), isTicked },
      })),
  },
];

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
          state: 'with a state, with a tag, with nothing to do, longest',
          values: {
            rows: [
              { label: t('sign-in.password'), state: t('consent.value.yes'), action },
              { label: t('pin-page.pin'), tag: { kind: 'warn', text: none }, action },
              { label: t('pin-page.pin'), tag: { kind: 'ok', text: none }, action: null },
              { label: t('consent.scope.offline_access'), state: t('code-page.too-soon'), action },
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
