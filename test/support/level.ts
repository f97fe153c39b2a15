// A person who raises their level on the way to a service that needs it.
import { assuranceLevelClaim } from '../../src/accounts/index.ts';
import { createBrowserAgent, type BrowserAgent, type PageView } from './browser-agent.ts';
import type { TestCivicId } from './civic-id.ts';
import { newService } from './new-service.ts';
import { citizen, typeCredentials } from './people.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

export { assuranceLevelClaim as levelClaim };

export const maria = citizen('maria');
/** What the registry of the sandbox knows of her. */
export const mariasBirthdate = { birthdate_day: '17', birthdate_month: '5', birthdate_year: '1990' };
export const mariasSnils = { snils: '181-234-567 56' };
const issued = { issued_day: '1', issued_month: '6', issued_year: '2010' };
export const mariasPassport = { passport: '13 10 269374', ...issued };
/** A passport with this number instead, well formed. */
export const passportNumber = (number: string) => ({ passport: `13 10 ${number}`, ...issued });

export const needing = (asked: object | null) => ({
  claims: JSON.stringify({ id_token: { [assuranceLevelClaim]: asked } }),
});
export const needsStandard = needing({ essential: true, values: ['standard'] });

/** Signs in at a service that asks for it; `page` is what came after the password. */
export const askForLevel = async (
  idp: TestCivicId,
  {
    agent = createBrowserAgent(idp.issuer),
    person = maria,
    parameters = needsStandard,
    changes = { first_party: true },
  }: {
    agent?: BrowserAgent;
    person?: Citizen;
    parameters?: Record<string, string>;
    changes?: Record<string, unknown>;
  } = {},
) => {
  const service = await newService(idp, changes);
  const request = await service.begin(parameters);
  const first = await agent.open(request.url);
  const page = first.html.includes('name="password"') ? await typeCredentials(agent, first, person) : first;
  return { agent, service, request, page };
};

/** Answers the three questions; ends at the page that shows them. */
export const answerAll = async (
  agent: BrowserAgent,
  offer: PageView,
  { birthdate = mariasBirthdate, snils = mariasSnils, passport = mariasPassport } = {},
): Promise<PageView> => {
  const asked = [{}, birthdate, snils, passport];
  let page = offer;
  for (const fields of asked) page = await agent.submit(page, fields);
  return page;
};
