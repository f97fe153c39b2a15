// The way back to one's access.
import { after, cyrillicService, longService, now, rightToLeftService } from './samples.ts';
import type { Speech } from '../../web/index.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const phone = { kind: 'phone', value: '+79000000001' } as const;
const email = {
  kind: 'email',
  value: 'konstantin.preobrazhensky.voznesensky@department-of-examples.example.org',
} as const;

const say = ({ t }: Speech, field: string, key: string, values?: Record<string, string | number>) => [
  { field, text: t(key, values) },
];

const row = (name: string, draw: Row['draw']): Row => ({ name: `recovery/${name}`, draw });
const from = cyrillicService;
const nothing = { from, isUnsent: false, withheld: undefined, resendAt: undefined, isDown: false };
const bySms = { contact: phone, documentType: 'snils', goesTo: 'typed' } as const;

export const recoveryRows = ({ recovery: pages, notMe }: App['pages']): Row[] => [
  row('start', (speech) => pages.startPage(speech, '', { from: longService })),
  row('start-under-way', (speech) =>
    pages.startPage(speech, email.value, { from: undefined, continueUrl: '/recovery/code' }),
  ),
  row('start-malformed', (speech) => {
    const mistakes = say(speech, 'contact', 'registration.contact.mistake.malformed');
    return pages.startPage(speech, 'anna@', { from: rightToLeftService, mistakes });
  }),
  row('document', (speech) => pages.documentPage(speech, { documentType: null, documentNumber: '' }, { from })),
  row('document-malformed', (speech) => {
    const mistakes = say(speech, 'document_number', 'recovery.document.mistake.snils');
    return pages.documentPage(speech, { documentType: 'snils', documentNumber: '112-233-445 00' }, { from, mistakes });
  }),
  row('code', (speech) => pages.codePage(speech, bySms, { ...nothing, resendAt: after(42) }, now)),
  row('code-wrong', (speech) => {
    const mistakes = say(speech, 'code', 'recovery.code.mistake.wrong', { count: 2 });
    return pages.codePage(speech, { ...bySms, contact: email }, { ...nothing, mistakes }, now);
  }),
  row('code-both', (speech) =>
    pages.codePage(speech, { ...bySms, documentType: 'none' }, { ...nothing, resendAt: after(42) }, now),
  ),
  row('code-down', (speech) => pages.codePage(speech, bySms, { ...nothing, isDown: true }, now)),
  row('code-elsewhere', (speech) =>
    pages.codePage(speech, { ...bySms, goesTo: 'other' }, { ...nothing, isDown: true, resendAt: after(42) }, now),
  ),
  row('code-unsent', (speech) => pages.codePage(speech, bySms, { ...nothing, isUnsent: true }, now)),
  row('code-withheld', (speech) =>
    pages.codePage(speech, bySms, { ...nothing, withheld: { why: 'sms', until: after(3600) } }, now),
  ),
  row('wait', (speech) => pages.waitPage(speech, { from }, { readyAt: after(24 * 3600), now })),
  row('password', (speech) => pages.passwordPage(speech, { contact: phone }, { from, least: 8 })),
  row('password-common', (speech) => {
    const mistakes = say(speech, 'new_password', 'password.mistake.common');
    return pages.passwordPage(speech, { contact: phone }, { from, least: 8, mistakes });
  }),
  row('password-made', (speech) =>
    pages.passwordPage(speech, { contact: email }, { from, least: 15, made: 'kv7m-tq4x-wp9r-zd2h' }),
  ),
  row('done', (speech) => pages.donePage(speech, { from: longService }, '/interaction/gallery')),
  row('refused', (speech) => pages.endedPage(speech, 'refused', { from })),
  row('over', (speech) => pages.endedPage(speech, 'over', { from: undefined })),
  row('ways', (speech) => pages.waysPage(speech, '8 800 000-00-00')),
  row('stopped', (speech) => notMe.stoppedPage(speech, '8 800 000-00-00')),
];
