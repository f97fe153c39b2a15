// The ways through the account, put together.
import { accountRoutes } from './routes.ts';
import { passwordRoutes } from './password-routes.ts';
import { factorRoutes } from './factor-routes.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { profileRoutes } from './profile-routes.ts';
import { contactsRoutes } from './contacts-routes.ts';
import { contactCodeRoutes } from './contact-code-routes.ts';
import { devicesRoutes } from './devices-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { servicesRoutes } from './services-routes.ts';
import { dataRoutes } from './data-routes.ts';
import { deleteRoutes } from './delete-routes.ts';
import { leavingRoutes } from './leaving-routes.ts';
import { reportRoutes } from './report-routes.ts';

type Rules = Parameters<typeof accountRoutes>[0] &
  Parameters<typeof passwordRoutes>[0] &
  Parameters<typeof factorRoutes>[0] &
  Parameters<typeof passkeyRoutes>[0] &
  Parameters<typeof profileRoutes>[0] &
  Parameters<typeof contactsRoutes>[0] &
  Parameters<typeof contactCodeRoutes>[0] &
  Parameters<typeof devicesRoutes>[0] &
  Parameters<typeof historyRoutes>[0] &
  Parameters<typeof servicesRoutes>[0] &
  Parameters<typeof dataRoutes>[0] &
  Parameters<typeof deleteRoutes>[0] &
  Parameters<typeof leavingRoutes>[0] &
  Parameters<typeof reportRoutes>[0];
type Http = Parameters<typeof accountRoutes>[1] &
  Parameters<typeof passwordRoutes>[1] &
  Parameters<typeof factorRoutes>[1] &
  Parameters<typeof passkeyRoutes>[1] &
  Parameters<typeof profileRoutes>[1] &
  Parameters<typeof contactsRoutes>[1] &
  Parameters<typeof contactCodeRoutes>[1] &
  Parameters<typeof devicesRoutes>[1] &
  Parameters<typeof historyRoutes>[1] &
  Parameters<typeof servicesRoutes>[1] &
  Parameters<typeof dataRoutes>[1] &
  Parameters<typeof deleteRoutes>[1] &
  Parameters<typeof leavingRoutes>[1] &
  Parameters<typeof reportRoutes>[1];

/** Every way through the room. */
export const myAccountRoutes = (rules: Rules, http: Http) => [
  accountRoutes(rules, http),
  passwordRoutes(rules, http),
  factorRoutes(rules, http),
  passkeyRoutes(rules, http),
  profileRoutes(rules, http),
  contactsRoutes(rules, http),
  contactCodeRoutes(rules, http),
  devicesRoutes(rules, http),
  historyRoutes(rules, http),
  servicesRoutes(rules, http),
  dataRoutes(rules, http),
  deleteRoutes(rules, http),
  leavingRoutes(rules, http),
  reportRoutes(rules, http),
];
