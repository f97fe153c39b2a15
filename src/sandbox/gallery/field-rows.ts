// The parts that people type into or choose from.
import { passwordAdvice } from '../../web/index.ts';
import { longText, rightToLeft, type Part } from './part.ts';

export const fields: Part[] = [
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
    part: 'select',
    samples: ({ t }) => {
      const options = ['email', 'phone_number', 'birthdate'].map((one) => ({
        value: one,
        label: t(`consent.claim.${one}`),
      }));
      const label = t('sandbox.pages.choose');
      return [
        { state: 'chosen', values: { name: 'long_list', label, options, chosen: 'birthdate' } },
        { state: 'mistaken', values: { name: 'mistaken_list', label, options, chosen: 'email' } },
      ];
    },
    mistakes: ({ t }) => [{ field: 'mistaken_list', text: t('sandbox.pages.mistaken') }],
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
