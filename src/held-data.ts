// Every collection of the product, how a person reads what it holds of them, and how it is taken away. A test fails where one is missing here.
import type { Holding } from './my-account/index.ts';
import type { OperationStore } from './operations/index.ts';
import type { PinRules } from './pin/index.ts';
import type { Services } from './services.ts';

interface Needs {
  services: Services;
  pin: Pick<PinRules, 'forgetPerson' | 'readHeld'>;
  operations: Pick<OperationStore, 'forgetPerson' | 'readHeld'>;
}

const ofNobody = 'nothing of a person';
const sealedAndSwept = 'sealed, under a name that leads to nobody, and swept within two days of its last step';
const keyed = 'counted under a keyed hash, and swept when the count is over';
const shortLived = 'of no use without its Grant, and swept within two days';

export const createHoldings = ({ services, pin, operations }: Needs): Holding[] => {
  const { accounts, passkeys, devices, sessionNotes, consents, modelStore, notMeLinks, pastEvents } = services;
  const factors = services.secondFactors.held;
  return [
    { collection: 'accounts', read: accounts.readHeldAccount, why: 'removed first: that decides who deletes' },
    { collection: 'identifiers', read: accounts.readHeldIdentifiers, why: 'removed with the account' },
    { collection: 'contact_changes', read: accounts.readHeldContactChanges, forget: accounts.forgetContactChanges },
    { collection: 'devices', read: devices.readHeld, forget: devices.forgetAll },
    { collection: 'sessions', read: sessionNotes.readHeld, forget: sessionNotes.forgetPerson },
    { collection: 'consents', read: consents.readHeld, forget: consents.forgetPerson },
    { collection: 'pins', read: pin.readHeld, forget: pin.forgetPerson },
    { collection: 'totp_factors', read: factors.totp.readHeld, forget: factors.totp.forgetPerson },
    { collection: 'sms_factors', read: factors.sms.readHeld, forget: factors.sms.forgetPerson },
    { collection: 'recovery_codes', read: factors.recoveryCodes.readHeld, forget: factors.recoveryCodes.forgetPerson },
    { collection: 'passkeys', read: passkeys.readHeld, forget: passkeys.removeAll },
    { collection: 'operations', read: operations.readHeld, forget: operations.forgetPerson },
    { collection: 'not_me_links', read: notMeLinks.readHeld, forget: notMeLinks.forgetPerson },
    { collection: 'oidc_session', read: modelStore.readHeldSessions, forget: modelStore.forgetPerson },
    { collection: 'oidc_grant', read: modelStore.readHeldGrants, why: 'removed with the sessions' },
    { collection: 'oidc_refresh_token', read: modelStore.readHeldRefreshTokens, why: 'removed with the sessions' },
    {
      collection: 'journal',
      read: pastEvents.readHeld,
      why: 'kept under a name that leads to nobody, without network and browser',
    },
    { collection: 'oidc_access_token', why: shortLived },
    { collection: 'oidc_authorization_code', why: shortLived },
    { collection: 'oidc_interaction', why: shortLived },
    { collection: 'oidc_pushed_authorization_request', why: shortLived },
    { collection: 'oidc_client_credentials', why: ofNobody },
    { collection: 'oidc_replay_detection', why: ofNobody },
    { collection: 'messages', why: 'sealed, under no account; emptied when sent, and swept after a week' },
    { collection: 'flows', why: sealedAndSwept },
    { collection: 'codes', why: sealedAndSwept },
    { collection: 'code_sends', why: keyed },
    { collection: 'attempts', why: keyed },
    { collection: 'sms_counts', why: ofNobody },
    { collection: 'clients', why: ofNobody },
    { collection: 'deployment', why: ofNobody },
  ];
};
