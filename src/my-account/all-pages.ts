// Every page of the account, for the sandbox to lay out.
import { contactPages } from './contacts/pages.ts';
import { ownDataPage } from './data/page.ts';
import { devicesPage } from './devices-page.ts';
import { factorPages } from './factors/pages.ts';
import { historyPage } from './history-page.ts';
import { deleteAskedPage, deletePage, keptPage, leavingPage } from './leaving/pages.ts';
import { accountHelpPage, accountHomePage, changePasswordPage, entryLostPage, securityPage } from './pages.ts';
import { passkeyPages } from './passkeys/pages.ts';
import { profilePages } from './profile/pages.ts';
import { reportPage } from './report-page.ts';
import { servicesPage, withdrawPage } from './services/pages.ts';

export const accountPages = {
  ...contactPages,
  ...profilePages,
  accountHomePage,
  securityPage,
  changePasswordPage,
  accountHelpPage,
  entryLostPage,
  devicesPage,
  historyPage,
  reportPage,
  ...factorPages,
  ...passkeyPages,
  servicesPage,
  withdrawPage,
  ownDataPage,
  deletePage,
  deleteAskedPage,
  leavingPage,
  keptPage,
};
