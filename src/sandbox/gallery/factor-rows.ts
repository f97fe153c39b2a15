// Second factors: asked for at sign-in, and set up in the account.
import { after, cyrillicService, longService, now, place } from './samples.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

type Draw = Row['draw'];
const row = (name: string, draw: Draw): Row => ({ name: `factors/${name}`, draw });

const account = { profile: { givenName: 'Анна', familyName: 'Ковалёва' } } as const;
const all = { totp: true, sms: true, passkeys: 1, recoveryCodesLeft: 8 } as const;
const none = { totp: false, sms: false, passkeys: 0, recoveryCodesLeft: 0 } as const;
const onlyApp = { ...none, totp: true, recoveryCodesLeft: 3 } as const;

const phone = '+79000000001';
const facts = { ways: ['passkey', 'totp', 'sms', 'recovery'], phone, resendAt: undefined, isDown: false } as const;
const base = (step: string) => `/interaction/gallery/second-factor/${step}`;
const signingIn = { service: cyrillicService, base, secondsLeft: 1800, canRemember: true };
const onlyPasskey = { ...facts, ways: ['passkey'] } as const;
const options = '{}';
const inAccount = { service: undefined, base, canRemember: false };

const askingRows = ({ secondFactorPage, noFactorPage }: App['pages']): Row[] => [
  row('passkey', (speech) => secondFactorPage(speech, signingIn, 'passkey', facts, {}, now)),
  row('passkey-asked', (speech) => secondFactorPage(speech, signingIn, 'passkey-asked', facts, { options }, now)),
  row('passkey-refused', (speech) =>
    secondFactorPage(speech, signingIn, 'passkey', onlyPasskey, { isRefused: true }, now),
  ),
  row('passkey-wait', (speech) =>
    secondFactorPage(speech, { ...signingIn, service: longService }, 'passkey', facts, { waitUntil: after(240) }, now),
  ),
  row('passkey-in-place-of-password', (speech) => {
    const frame = { ...inAccount, passwordUrl: '/account/proof/pin' };
    return secondFactorPage(speech, frame, 'passkey-asked', onlyPasskey, { options }, now);
  }),
  row('app', (speech) => secondFactorPage(speech, signingIn, 'totp', facts, {}, now)),
  row('app-wrong', (speech) => {
    const mistakes = [{ field: 'code', text: speech.t('second-factor.totp.mistake.wrong') }];
    return secondFactorPage(speech, signingIn, 'totp', facts, { mistakes }, now);
  }),
  row('app-wait', (speech) => secondFactorPage(speech, signingIn, 'totp', facts, { waitUntil: after(240) }, now)),
  row('sms', (speech) => secondFactorPage(speech, signingIn, 'sms', { ...facts, isDown: true }, {}, now)),
  row('sms-sent', (speech) => {
    const sent = { ...facts, resendAt: after(52) };
    return secondFactorPage(speech, { ...signingIn, service: longService }, 'sms-code', sent, {}, now);
  }),
  row('sms-too-soon', (speech) =>
    secondFactorPage(speech, signingIn, 'sms-code', { ...facts, resendAt: after(52) }, { isTooSoon: true }, now),
  ),
  row('recovery', (speech) => secondFactorPage(speech, inAccount, 'recovery', facts, {}, now)),
  row('none', (speech) => noFactorPage(speech, place(longService))),
];

const secret = 'VA2Q7F3PIBNVX7EG5UBH5WYAW7MMRQFL';
const address = `otpauth://totp/Civic%20ID:anna%40example.org?secret=${secret}&issuer=Civic%20ID`;
const codes = Array.from({ length: 10 }, (_, place) => `7k3m-p9qr-tx0${place}-zw4d`);

const settingRows = ({ account: pages }: App['pages']): Row[] => [
  row('own-app', (speech) => pages.appFactorPage(speech, account, none)),
  row('own-app-on', (speech) => pages.appFactorPage(speech, account, all)),
  row('own-app-last', (speech) => pages.appFactorPage(speech, account, onlyApp)),
  row('own-app-code', (speech) => pages.appCodePage(speech, account, { secret, address })),
  row('own-app-code-wrong', (speech) => {
    const mistakes = [{ field: 'code', text: speech.t('factors.app-code.mistake') }];
    return pages.appCodePage(speech, account, { secret, address, mistakes });
  }),
  row('own-sms', (speech) => pages.smsFactorPage(speech, account, { factors: none, phone })),
  row('own-sms-on', (speech) => pages.smsFactorPage(speech, account, { factors: all, phone })),
  row('own-sms-no-phone', (speech) => pages.smsFactorPage(speech, account, { factors: none, phone: undefined })),
  row('own-codes', (speech) => pages.codesFactorPage(speech, account, all)),
  row('own-codes-made', (speech) => pages.recoveryCodesPage(speech, account, { codes, added: 'app' })),
  row('own-codes-anew', (speech) => pages.recoveryCodesPage(speech, account, { codes, added: undefined })),
  row('own-codes-with-passkey', (speech) => pages.recoveryCodesPage(speech, account, { codes, added: 'passkey' })),
];

export const factorRows = (pages: App['pages']): Row[] => [askingRows, settingRows].flatMap((rows) => rows(pages));
