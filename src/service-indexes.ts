// What the services need in the database before anything is asked of them.
import { accountIndexes } from './accounts/index.ts';
import { attemptIndexes } from './attempts/index.ts';
import { codeIndexes, sendIndexes, smsGuardIndexes } from './codes/index.ts';
import { outboxIndexes } from './delivery/index.ts';
import { deviceIndexes } from './devices/index.ts';
import { flowIndexes } from './flows/index.ts';
import { journalIndexes } from './journal/index.ts';
import { notMeLinkIndexes } from './notices/index.ts';
import { clientIndexes, consentIndexes, modelIndexes } from './oidc/index.ts';
import { passkeyIndexes } from './second-factors/index.ts';
import { sessionNoteIndexes } from './sessions/index.ts';

export const serviceIndexes = [
  ...accountIndexes,
  attemptIndexes,
  codeIndexes,
  sendIndexes,
  smsGuardIndexes,
  outboxIndexes,
  sessionNoteIndexes,
  deviceIndexes,
  flowIndexes,
  journalIndexes,
  notMeLinkIndexes,
  passkeyIndexes,
  clientIndexes,
  consentIndexes,
  ...modelIndexes,
];
