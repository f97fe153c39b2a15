import type { Answers } from './answers.ts';

/** What may still be added once the account is there. */
export const missingKind = ({ openedWith, hasSecond }: Answers): 'phone' | 'email' | undefined => {
  if (hasSecond || openedWith === '') return undefined;
  return openedWith === 'phone' ? 'email' : 'phone';
};
