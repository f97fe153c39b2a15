// What can go wrong: every refusal, and every request of a service that cannot be answered.
import { requestRefusals } from '../../oidc/index.ts';
import { refusalPage, refusalStatuses, type RefusalCode } from '../../web/index.ts';
import { cyrillicService, longIdentifier } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const refusalCodes = Object.keys(refusalStatuses).filter((code): code is RefusalCode => code in refusalStatuses);
const keptForm = { action: '/interaction/gallery/sign-in', fields: [{ name: 'identifier', value: longIdentifier }] };

export const errorRows = ({ requestRefusedPage }: App['pages']): Row[] => [
  ...refusalCodes.map((code): Row => ({ name: `error/${code}`, draw: (speech) => refusalPage(speech, code) })),
  { name: 'error/unavailable-with-a-form', draw: (speech) => refusalPage(speech, 'unavailable', keptForm) },
  ...requestRefusals.map((code): Row => ({
    name: `request-refused/${code}`,
    draw: (speech) => requestRefusedPage(speech, code, 400, cyrillicService),
  })),
  {
    name: 'request-refused/nobody-to-go-back-to',
    draw: (speech) => requestRefusedPage(speech, 'invalid_client', 400, undefined),
  },
];
