// The way out of the account, and the question to whoever signs in meanwhile.
import { after, cyrillicService, longService, now, place } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const anna = {
  profile: { givenName: 'Анна', familyName: 'Ковалёва', zoneinfo: 'Europe/Moscow' },
  accountNumber: '1234567890',
};
const leaving = { profile: anna.profile, deleteAt: after(6 * 24 * 3600) };

export const leavingRows = ({ account }: App['pages']): Row[] => {
  const { deletePage, deleteAskedPage, leavingPage, keptPage } = account;
  return [
    { name: 'account/delete', draw: (speech) => deletePage(speech, anna, {}) },
    {
      name: 'account/delete-mistyped',
      draw: (speech) =>
        deletePage(speech, anna, { mistakes: [{ field: 'account_digits', text: speech.t('leaving.ask.mistake') }] }),
    },
    { name: 'account/delete-asked', draw: (speech) => deleteAskedPage(speech, '8 800 000-00-00') },
    { name: 'leaving/found', draw: (speech) => leavingPage(speech, place(cyrillicService), leaving, now) },
    { name: 'leaving/found-longest', draw: (speech) => leavingPage(speech, place(longService), leaving, now) },
    { name: 'leaving/kept', draw: (speech) => keptPage(speech, place(cyrillicService)) },
  ];
};
