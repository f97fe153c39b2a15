// What a person reads who has just started the product on a laptop.
import { citizens } from './citizens.ts';
import { nameOf, type Citizen } from './citizen.ts';

interface Needs {
  issuer: string;
  demoUrl: string | undefined;
  /** Whether the store is the local one, which `--fresh` empties. */
  isLocal: boolean;
}

const line = (citizen: Citizen): string => {
  const identifier = citizen.phone ?? citizen.email ?? '';
  return `  ${identifier.padEnd(18)} ${citizen.password.padEnd(26)} ${(citizen.pin ?? '—').padEnd(5)} ${nameOf(citizen)} (${citizen.state})`;
};

export const welcomeLines = ({ issuer, demoUrl, isLocal }: Needs): string[] => [
  '',
  'Civic ID — one sign-in for every service',
  '',
  `  Civic ID       ${issuer}`,
  ...(demoUrl === undefined ? [] : [`  Demo service   ${demoUrl}`]),
  `  Discovery      ${issuer}/.well-known/openid-configuration`,
  `  Test citizens  ${issuer}/sandbox/citizens`,
  `  Their messages ${issuer}/sandbox/outbox (codes by SMS and e-mail come here)`,
  '',
  '  Sign in with phone or e-mail and password; the PIN confirms (all these people are fictional):',
  ...citizens.map(line),
  '',
  `  To stop: Ctrl-C.${isLocal ? ' To start afresh: npm start -- --fresh' : ''}`,
  '',
];
