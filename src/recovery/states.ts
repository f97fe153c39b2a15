// The states of a recovery that a flow stands in, and which may follow which; drawn in states.mmd, where expiry and undoing stand too.

export const recoveryStates = [
  'started',
  'document-given',
  'code-sent',
  'waiting',
  'code-right',
  'password-set',
  'refused',
] as const;
export type RecoveryState = (typeof recoveryStates)[number];

export const followers: Record<RecoveryState, readonly RecoveryState[]> = {
  started: ['document-given'],
  'document-given': ['document-given', 'code-sent'],
  'code-sent': ['document-given', 'code-sent', 'code-right', 'waiting', 'refused'],
  waiting: ['password-set', 'refused'],
  'code-right': ['password-set', 'refused'],
  'password-set': [],
  refused: [],
};

export const mayFollow = (from: RecoveryState, to: RecoveryState): boolean => followers[from].includes(to);
