// A password is judged beside the name and the contact it will stand for: when they change, it is chosen once more.
import type { Answers } from './answers.ts';

type Words = Pick<Answers, 'familyName' | 'givenName' | 'middleName' | 'contact'>;

const asWritten = ({ familyName, givenName, middleName, contact }: Words): string =>
  JSON.stringify([familyName, givenName, middleName, contact?.value]);

/** What becomes of the password when these words change: it is not kept in clear, so nobody can look whether it is made of them. */
export const passwordBeside = (
  answers: Answers,
  words: Partial<Words>,
): Partial<Pick<Answers, 'passwordVerifier' | 'isPasswordAskedAgain'>> => {
  const isKept = answers.passwordVerifier === null || asWritten(answers) === asWritten({ ...answers, ...words });
  return isKept ? {} : { passwordVerifier: null, isPasswordAskedAgain: true };
};
