// Every page in every state that it can have: a new page, or a new state, gets its row here.
import type { Mistake, Speech } from '../../web/index.ts';
import { citizens } from '../citizens.ts';
import { citizensPage, outboxPage } from '../pages.ts';
import {
  after,
  cyrillicService,
  latinService,
  longIdentifier,
  longOffer,
  longService,
  now,
  place,
  rightToLeftOffer,
  rightToLeftService,
  sentByEmail,
  sentBySms,
  shortOffer,
} from './samples.ts';
import { accountRows } from './account-rows.ts';
import { browserRows } from './browser-rows.ts';
import { passkeyRows } from './passkey-rows.ts';
import { factorRows } from './factor-rows.ts';
import { contactRows } from './contact-rows.ts';
import { errorRows } from './error-rows.ts';
import { levelRows } from './level-rows.ts';
import { profileRows } from './profile-rows.ts';
import { pinRows, pinSettingRows } from './pin-rows.ts';
import { notMeRows } from './not-me-rows.ts';
import { serviceRows } from './service-rows.ts';
import { dataRows } from './data-rows.ts';
import { leavingRows } from './leaving-rows.ts';
import { recoveryRows } from './recovery-rows.ts';
import { registrationRows } from './registration-rows.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Pages = App['pages'];

const mistake =
  (field: string, key: string, values?: Record<string, number>) =>
  ({ t }: Speech): Mistake => ({
    field,
    text: t(key, values),
  });

const signInRows = ({ signInPage }: Pages): Row[] => {
  const wrong = mistake('identifier', 'sign-in.mistake.wrong');
  const missing = [
    mistake('identifier', 'sign-in.mistake.identifier-missing'),
    mistake('password', 'sign-in.mistake.password-missing'),
  ];
  const at = place(cyrillicService);
  return [
    { name: 'sign-in/empty', draw: (speech) => signInPage(speech, at, { identifier: '' }, now) },
    {
      name: 'sign-in/nothing-typed',
      draw: (speech) => signInPage(speech, at, { identifier: '', mistakes: missing.map((one) => one(speech)) }, now),
    },
    {
      name: 'sign-in/wrong',
      draw: (speech) => signInPage(speech, at, { identifier: '+7 900 123-45-67', mistakes: [wrong(speech)] }, now),
    },
    {
      name: 'sign-in/wait',
      draw: (speech) =>
        signInPage(speech, at, { identifier: 'anna@example.org', wait: { until: after(870), why: 'wait' } }, now),
    },
    {
      name: 'sign-in/code-wait',
      draw: (speech) =>
        signInPage(speech, at, { identifier: 'anna@example.org', wait: { until: after(38), why: 'code-wait' } }, now),
    },
    {
      name: 'sign-in/longest',
      draw: (speech) => signInPage(speech, place(longService), { identifier: longIdentifier }, now),
    },
    {
      name: 'sign-in/right-to-left',
      draw: (speech) => signInPage(speech, place(rightToLeftService), { identifier: '' }, now),
    },
    {
      name: 'sign-in/closes-soon',
      draw: (speech) => signInPage(speech, place(latinService, 120), { identifier: '' }, now),
    },
  ];
};

const codeRows = ({ codePage, codeOverPage }: Pages): Row[] => {
  const at = place(cyrillicService);
  const wrong = mistake('code', 'code-page.mistake.wrong', { count: 2 });
  const malformed = mistake('code', 'code-page.mistake.malformed');
  const over = mistake('code', 'code-page.mistake.over');
  const isDown = { isDown: true, otherChannel: 'email' } as const;
  const end = { closedUntil: after(8 * 3600), supportContact: sentBySms.supportContact };
  return [
    { name: 'code/sms', draw: (speech) => codePage(speech, at, sentBySms, {}, now) },
    {
      name: 'code/email-again',
      draw: (speech) =>
        codePage(speech, place(longService), { ...sentByEmail, isAnother: true }, { remember: true }, now),
    },
    { name: 'code/too-soon', draw: (speech) => codePage(speech, at, sentBySms, { isTooSoon: true }, now) },
    { name: 'code/sms-is-down', draw: (speech) => codePage(speech, at, { ...sentBySms, ...isDown }, {}, now) },
    ...[
      { name: 'wrong', what: wrong },
      { name: 'malformed', what: malformed },
      { name: 'over', what: over },
    ].map(({ name, what }): Row => ({
      name: `code/${name}`,
      draw: (speech) => codePage(speech, at, sentByEmail, { mistakes: [what(speech)] }, now),
    })),
    { name: 'code-over/used-up', draw: (speech) => codeOverPage(speech, at, { ...end, step: 'used-up' }, now) },
    { name: 'code-over/closed', draw: (speech) => codeOverPage(speech, at, { ...end, step: 'closed' }, now) },
  ];
};

const consentRows = ({ consentPage }: Pages): Row[] => [
  { name: 'consent/short', draw: (speech) => consentPage(speech, place(latinService), shortOffer) },
  { name: 'consent/longest', draw: (speech) => consentPage(speech, place(longService), longOffer) },
  {
    name: 'consent/right-to-left',
    draw: (speech) => consentPage(speech, place(rightToLeftService), rightToLeftOffer),
  },
];

const signOutRows = ({ signOutPage, signedOutPage, gonePage }: Pages): Row[] => {
  const form = { action: '/session/end/confirm', xsrf: 'gallery' };
  return [
    { name: 'sign-out/everything', draw: (speech) => signOutPage(speech, undefined, form) },
    { name: 'sign-out/a-service', draw: (speech) => signOutPage(speech, longService, form) },
    { name: 'signed-out/everything', draw: (speech) => signedOutPage(speech, undefined) },
    { name: 'signed-out/a-service', draw: (speech) => signedOutPage(speech, rightToLeftService) },
    { name: 'gone/nobody-knows', draw: (speech) => gonePage(speech, undefined) },
    { name: 'gone/of-a-service', draw: (speech) => gonePage(speech, longService) },
  ];
};

const message = {
  at: now.toISOString(),
  channel: 'sms',
  to: '+79000000001',
  purpose: 'sign-in',
  subject: null,
  text: '482913 — код для входа. Никому его не сообщайте.',
  code: '482913',
} as const;

const otherRows = ({ homePage }: Pages): Row[] => [
  { name: 'home/production', draw: (speech) => homePage(speech, { demoUrl: undefined, sandboxUrl: undefined }) },
  {
    name: 'home/sandbox',
    draw: (speech) => homePage(speech, { demoUrl: 'http://127.0.0.1:3001', sandboxUrl: '/sandbox/citizens' }),
  },
  { name: 'sandbox/citizens', draw: (speech) => citizensPage(speech, citizens) },
  { name: 'sandbox/outbox-empty', draw: (speech) => outboxPage(speech, []) },
  { name: 'sandbox/outbox', draw: (speech) => outboxPage(speech, [message]) },
];

export const pageRows = (pages: Pages): Row[] =>
  [
    signInRows,
    codeRows,
    registrationRows,
    recoveryRows,
    levelRows,
    accountRows,
    contactRows,
    profileRows,
    browserRows,
    factorRows,
    passkeyRows,
    serviceRows,
    leavingRows,
    dataRows,
    consentRows,
    pinRows,
    pinSettingRows,
    notMeRows,
    signOutRows,
    errorRows,
    otherRows,
  ].flatMap((rows) => rows(pages));
