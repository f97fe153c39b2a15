// Everything that this room can show, for the sandbox to lay out.
import { noFactorPage, secondFactorPage } from './factor-pages.ts';
import { codeOverPage, codePage, consentPage, proofPage, signInPage } from './pages.ts';

export const signInPages = {
  signInPage,
  consentPage,
  codePage,
  codeOverPage,
  proofPage,
  secondFactorPage,
  noFactorPage,
};
