// Every collection of the product, and how what it holds of a person is taken away. A test fails where one is missing here.
import type { Holding } from './my-account/index.ts';
import type { OperationStore } from './operations/index.ts';
import type { PinRules } from './pin/index.ts';
import type { Services } from './services.ts';

interface Needs {
  services: Services;
  pin: Pick<PinRules, 'forgetPerson'>;
  operations: Pick<OperationStore, 'forgetPerson'>;
}

const ofNobody = 'nothing of a person';
const sealedAndSwept = 'sealed, under a name that leads to nobody, and swept within two days of its last step';
const keyed = 'counted under a keyed hash, and swept when the count is over';
const shortLived = 'of no use without its Grant, and swept within two days';

export const createHoldings = ({ services, pin, operations }: Needs): Holding[] => {
  const { secondFactors, passkeys, devices, sessionNotes, consents, modelStore, notMeLinks } = services;
  return [
    { collection: 'accounts', why: 'removed first: that decides who deletes' },
    { collection: 'identifiers', why: 'removed with the account' },
    { collection: 'devices', forget: devices.forgetAll },
    { collection: 'sessions', forget: sessionNotes.forgetPerson },
    { collection: 'consents', forget: consents.forgetPerson },
    { collection: 'not_me_links', forget: notMeLinks.forgetPerson },
    { collection: 'pins', forget: pin.forgetPerson },
    { collection: 'operations', forget: operations.forgetPerson },
    { collection: 'contact_changes', why: 'removed with the account' },
    { collection: 'totp_factors', forget: secondFactors.totp.remove },
    { collection: 'sms_factors', forget: secondFactors.sms.switchOff },
    { collection: 'recovery_codes', forget: secondFactors.recoveryCodes.removeAll },
    { collection: 'passkeys', forget: passkeys.removeAll },
    { collection: 'oidc_session', forget: modelStore.forgetPerson },
    { collection: 'oidc_grant', why: 'with the sessions' },
    { collection: 'oidc_refresh_token', why: 'with the sessions' },
    { collection: 'oidc_access_token', why: shortLived },
    { collection: 'oidc_authorization_code', why: shortLived },
    { collection: 'oidc_interaction', why: shortLived },
    { collection: 'oidc_pushed_authorization_request', why: shortLived },
    { collection: 'oidc_client_credentials', why: ofNobody },
    { collection: 'oidc_replay_detection', why: ofNobody },
    { collection: 'journal', why: 'kept under a name that leads to nobody, without network and browser' },
    { collection: 'messages', why: 'sealed; emptied when sent, and swept after a week' },
    { collection: 'flows', why: sealedAndSwept },
    { collection: 'codes', why: sealedAndSwept },
    { collection: 'code_sends', why: keyed },
    { collection: 'attempts', why: keyed },
    { collection: 'sms_counts', why: ofNobody },
    { collection: 'clients', why: ofNobody },
    { collection: 'deployment', why: ofNobody },
  ];
};
