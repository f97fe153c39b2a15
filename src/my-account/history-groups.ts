// What of the journal a person reads, and under which heading. A new kind of event is not read until it is written down here.
import type { JournalEventType } from '../journal/index.ts';

export const historyGroups = ['sign-ins', 'refusals', 'changes', 'confirmations'] as const;
export type HistoryGroup = (typeof historyGroups)[number];

/** `nothing`: it means nothing to a person, or another event of the same moment says it. */
export const groupOf: Record<JournalEventType, HistoryGroup | 'nothing'> = {
  'sign-in': 'sign-ins',
  'sign-in-refused': 'refusals',
  'sign-in-cancelled': 'refusals',
  'sign-out': 'sign-ins',
  'code-sent': 'sign-ins',
  'code-withheld': 'refusals',
  'code-wrong': 'refusals',
  'consent-given': 'changes',
  'consent-refused': 'refusals',
  'pin-asked': 'nothing',
  'pin-right': 'confirmations',
  'pin-wrong': 'refusals',
  'pin-locked': 'refusals',
  'pin-cancelled': 'confirmations',
  'password-confirmed': 'confirmations',
  'password-wrong': 'refusals',
  'password-changed': 'changes',
  registered: 'changes',
  'recovery-asked': 'refusals',
  'recovery-proved': 'nothing',
  'recovery-waiting': 'changes',
  'recovery-stopped': 'changes',
  'password-recovered': 'changes',
  'contact-added': 'changes',
  'contact-changed': 'changes',
  'contact-removed': 'changes',
  'contact-reverted': 'changes',
  'profile-changed': 'changes',
  'terms-accepted': 'changes',
  'terms-refused': 'refusals',
  'level-raised': 'changes',
  'level-check-failed': 'refusals',
  'level-check-taken': 'refusals',
  'level-check-unavailable': 'nothing',
  'level-refused': 'nothing',
  'session-ended': 'changes',
  'other-sessions-ended': 'changes',
  'device-forgotten': 'changes',
  'devices-forgotten': 'changes',
  'pin-created': 'changes',
  'pin-changed': 'changes',
  'pin-reset': 'changes',
  'passkey-added': 'changes',
  'passkey-renamed': 'changes',
  'passkey-removed': 'changes',
  'passkey-copied': 'refusals',
  'passkey-refused': 'refusals',
  'not-me': 'changes',
  'factor-added': 'changes',
  'factor-removed': 'changes',
  'factor-right': 'confirmations',
  'factor-wrong': 'refusals',
  'recovery-codes-made': 'changes',
  'recovery-code-used': 'changes',
  'service-withdrawn': 'changes',
  'deletion-asked': 'changes',
  'deletion-undone': 'changes',
  'account-deleted': 'nothing',
  'data-downloaded': 'changes',
};

const isType = (name: string): name is JournalEventType => Object.hasOwn(groupOf, name);
const types = Object.keys(groupOf).filter(isType);

export const typesOf = (group: HistoryGroup | undefined): JournalEventType[] =>
  types.filter((type) => (group === undefined ? groupOf[type] !== 'nothing' : groupOf[type] === group));

/** Where the words for an event stand. That a document is somebody else's already is told to nobody: it reads as a mismatch. */
export const textKeyOf = ({ type, isNewDevice }: { type: JournalEventType; isNewDevice: boolean }): string => {
  if (type === 'sign-in' && isNewDevice) return 'history.event.sign-in-new';
  return `history.event.${type === 'level-check-taken' ? 'level-check-failed' : type}`;
};
