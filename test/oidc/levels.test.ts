// The level that is asked for is the level that is answered, or the request is refused at once: no loop, no weaker answer.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildAuthorizationUrlWithPAR, calculatePKCECodeChallenge, randomPKCECodeVerifier } from 'openid-client';
import { titleOf, type BrowserAgent } from '../support/browser-agent.ts';
import { citizen, signInAndAllow, typeCredentials } from '../support/people.ts';
import { startTwo, type Two } from '../support/start-two.ts';
import type { RelyingParty } from '../support/relying-party.ts';

const password = 'urn:civic-id:acr:password';
const pin = 'urn:civic-id:acr:pin';
const unbuilt = 'urn:civic-id:acr:not-built-yet';
const foreign = 'https://refeds.org/profile/mfa';
const other = 'phr';

type Acr = { essential?: boolean; value?: string; values?: string[] } | null;
interface Asked {
  acrValues?: string;
  acr?: Acr;
  defaults?: string[];
}
type Outcome = typeof password | 'PIN page' | 'unmet_authentication_requirements' | 'invalid_request';
const unmet = 'unmet_authentication_requirements';
const invalid = 'invalid_request';

let two: Two;
let agent: BrowserAgent;
beforeAll(async () => {
  two = await startTwo();
  agent = two.newBrowser();
  await signInAndAllow(agent, (await (await two.newService({ first_party: true })).begin()).url, citizen('anna'));
});
afterEach(() => expect(two.failures()).toEqual([]));
afterAll(() => two.stop());

const serviceWith = ({ defaults }: Asked): Promise<RelyingParty> =>
  two.newService({ first_party: true, ...(defaults === undefined ? {} : { default_acr_values: defaults }) });

const parametersOf = ({ acrValues, acr }: Asked): Record<string, string> => ({
  ...(acrValues === undefined ? {} : { acr_values: acrValues }),
  ...(acr === undefined ? {} : { claims: JSON.stringify({ id_token: { acr } }) }),
});

/** What one round of redirects leads to. */
const outcomeOf = async (
  service: RelyingParty,
  parameters: Record<string, string>,
  browser = agent,
): Promise<string> => {
  const request = await service.begin(parameters);
  const page = await browser.open(request.url);
  if (titleOf(page).includes('PIN')) return 'PIN page';
  if (!page.isElsewhere) return `${page.status} ${titleOf(page)}`;
  const answer = new URL(page.url).searchParams;
  if (answer.get('error') !== null) return String(answer.get('error'));
  const acr = (await request.finish(page.url)).claims()?.['acr'];
  return typeof acr === 'string' ? acr : 'no acr';
};

const table: [string, Asked, Outcome][] = [
  ['nothing', {}, password],
  ['an empty wish', { acr: null }, password],
  ['any level at all, essentially', { acr: { essential: true } }, password],

  ['acr_values: the password', { acrValues: password }, password],
  ['acr_values: one of ours that cannot be reached', { acrValues: unbuilt }, unmet],
  ['acr_values: a foreign one', { acrValues: foreign }, password],
  ['acr_values: several foreign ones', { acrValues: `${foreign} ${other}` }, password],
  ['acr_values: an unreachable one, then the password', { acrValues: `${unbuilt} ${password}` }, password],
  ['acr_values: a foreign one, then the password', { acrValues: `${foreign} ${password}` }, password],
  ['acr_values: a foreign one, then an unreachable one', { acrValues: `${foreign} ${unbuilt}` }, unmet],
  ['acr_values: the password, then the PIN', { acrValues: `${password} ${pin}` }, password],
  ['acr_values: the PIN, then the password', { acrValues: `${pin} ${password}` }, 'PIN page'],
  ['acr_values: an unreachable one, then the PIN', { acrValues: `${unbuilt} ${pin} ${password}` }, 'PIN page'],

  ['voluntary value: the password', { acr: { value: password } }, password],
  ['voluntary value: an unreachable one', { acr: { value: unbuilt } }, unmet],
  ['voluntary value: a foreign one', { acr: { value: foreign } }, password],
  ['voluntary values: foreign ones', { acr: { values: [foreign, other] } }, password],
  ['voluntary values: an unreachable one, then the password', { acr: { values: [unbuilt, password] } }, password],
  ['voluntary values, said to be so', { acr: { essential: false, values: [foreign] } }, password],

  ['essential value: the password', { acr: { essential: true, value: password } }, password],
  ['essential value: the PIN', { acr: { essential: true, value: pin } }, 'PIN page'],
  ['essential value: an unreachable one', { acr: { essential: true, value: unbuilt } }, unmet],
  ['essential value: a foreign one', { acr: { essential: true, value: foreign } }, unmet],
  ['essential values: foreign ones', { acr: { essential: true, values: [foreign, other] } }, unmet],
  [
    'essential values: a foreign and an unreachable one',
    { acr: { essential: true, values: [foreign, unbuilt] } },
    unmet,
  ],
  [
    'essential values: a foreign one, then the password',
    { acr: { essential: true, values: [foreign, password] } },
    password,
  ],
  ['essential values: the password, then the PIN', { acr: { essential: true, values: [password, pin] } }, password],
  ['essential values: the PIN, then the password', { acr: { essential: true, values: [pin, password] } }, 'PIN page'],

  [
    'both, one in common',
    { acrValues: `${foreign} ${password}`, acr: { essential: true, values: [pin, password] } },
    password,
  ],
  [
    'both, in the claim’s order',
    { acrValues: `${password} ${pin}`, acr: { essential: true, values: [pin, password] } },
    'PIN page',
  ],
  [
    'both, only an unreachable one in common',
    { acrValues: `${unbuilt} ${pin}`, acr: { essential: true, values: [unbuilt, password] } },
    unmet,
  ],
  [
    'both, only a foreign one in common',
    { acrValues: `${foreign} ${pin}`, acr: { essential: true, values: [foreign, password] } },
    unmet,
  ],
  ['both, none in common', { acrValues: pin, acr: { essential: true, value: password } }, invalid],
  [
    'both, none in common, many named',
    { acrValues: `${pin} ${foreign}`, acr: { essential: true, values: [password, other] } },
    invalid,
  ],
  ['value and values', { acr: { value: password, values: [password] } }, invalid],
  ['value and values, essential', { acr: { essential: true, value: pin, values: [password] } }, invalid],

  ['by default the password', { defaults: [password] }, password],
  ['by default the PIN', { defaults: [pin] }, 'PIN page'],
  ['by default the PIN, but acr_values: the password', { defaults: [pin], acrValues: password }, password],
  ['by default the password, but acr_values: an unreachable one', { defaults: [password], acrValues: unbuilt }, unmet],
  [
    'by default the PIN, but essentially the password',
    { defaults: [pin], acr: { essential: true, value: password } },
    password,
  ],
  [
    'by default the password, but essentially a foreign one',
    { defaults: [password], acr: { essential: true, value: foreign } },
    unmet,
  ],
  [
    'by default the password, but essentially the PIN',
    { defaults: [password], acr: { essential: true, value: pin } },
    'PIN page',
  ],
];

describe('a signed-in person’s service asks for', () => {
  it.each(table)('%s', async (_name, asked, outcome) => {
    expect(await outcomeOf(await serviceWith(asked), parametersOf(asked))).toBe(outcome);
  });
});

describe('with prompt=none, a service asks for', () => {
  it.each(table)('%s', async (_name, asked, outcome) => {
    const expected = outcome === 'PIN page' ? 'interaction_required' : outcome;
    expect(await outcomeOf(await serviceWith(asked), { ...parametersOf(asked), prompt: 'none' })).toBe(expected);
  });
});

describe('nobody is signed in, and a service asks for', () => {
  const refused = table.filter(([, , outcome]) => outcome === unmet || outcome === invalid);
  it.each(refused)('%s: refused before any page', async (_name, asked, outcome) => {
    expect(await outcomeOf(await serviceWith(asked), parametersOf(asked), two.newBrowser())).toBe(outcome);
  });

  it('what can be reached: the sign-in, and then that level', async () => {
    const service = await serviceWith({});
    const request = await service.begin({
      claims: JSON.stringify({ id_token: { acr: { essential: true, value: password } } }),
    });
    const browser = two.newBrowser();
    const callback = await typeCredentials(browser, await browser.open(request.url), citizen('ivan'));
    expect((await request.finish(callback.url)).claims()).toMatchObject({ acr: password, amr: ['pwd'] });
  });
});

describe('a service pushes a request for', () => {
  const push = async (asked: Asked): Promise<URL> => {
    const service = await serviceWith(asked);
    return buildAuthorizationUrlWithPAR(await service.configuration(), {
      redirect_uri: service.metadata.redirect_uris[0] ?? '',
      scope: 'openid',
      code_challenge: await calculatePKCECodeChallenge(randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      ...parametersOf(asked),
    });
  };
  const contradictions = table.filter(([, , outcome]) => outcome === invalid);

  it.each(contradictions)('%s: refused at once', async (_name, asked) => {
    await expect(push(asked)).rejects.toMatchObject({ error: 'invalid_request', status: 400 });
  });

  it.each(table.filter(([, , outcome]) => outcome !== invalid))(
    '%s: answered as without pushing',
    async (_name, asked, outcome) => {
      const url = await push(asked).catch((error: unknown) => String(Reflect.get(Object(error), 'error')));
      if (typeof url === 'string') return expect(url).toBe(outcome);
      const page = await agent.open(url.href);
      if (outcome === 'PIN page') return expect(titleOf(page)).toContain('PIN');
      const answer = new URL(page.url).searchParams;
      return expect(answer.get('error') ?? password).toBe(outcome);
    },
  );
});

describe('what is malformed', () => {
  it.each([
    ['{"id_token":{"acr":"x"}}'],
    ['{"id_token":{"acr":[]}}'],
    ['{"id_token":{"acr":{"value":1}}}'],
    ['{"id_token":{"acr":{"values":"x"}}}'],
    ['{"id_token":{"acr":{"values":[1]}}}'],
    ['{"id_token":{"acr":{"essential":"true"}}}'],
    ['{"id_token":[]}'],
    ['[]'],
    ['null'],
    ['{'],
  ])('%s is an invalid request', async (claims) => {
    expect(await outcomeOf(await serviceWith({}), { claims })).toBe(invalid);
  });
});

it.each([unbuilt, foreign])('%s cannot be anybody’s default', async (level) => {
  await expect(serviceWith({ defaults: [level] })).rejects.toThrow('default_acr_values');
});
