// What the engine does by itself when a service asks for a level, and what we do instead: one question, one answer, no loop.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createBrowserAgent, titleOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { typeCredentials } from '../support/people.ts';
import {
  answerAt,
  askForPin,
  failuresOf,
  hasPinField,
  newOwnService,
  newPersonWithPin,
  passwordAcr,
  pinAcr,
  signInWithPin,
  type SignedInPerson,
} from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const foreign = 'https://refeds.org/profile/mfa';
const acr = (wish: object) => JSON.stringify({ id_token: { acr: wish } });
const essentially = (value: string) => acr({ essential: true, value });

/** The pages on the way, each answered rightly, and what the service has in the end. */
const walk = async ({ agent, service, person }: SignedInPerson, parameters: Record<string, string>) => {
  const request = await service.begin(parameters);
  const pages: string[] = [];
  let page = await agent.open(request.url);
  while (!page.isElsewhere && pages.length < 5) {
    pages.push(hasPinField(page) ? 'PIN' : titleOf(page));
    page = hasPinField(page)
      ? await agent.submit(page, { pin: person.pin ?? '' })
      : await typeCredentials(agent, page, person);
  }
  if (answerAt(page) !== 'code') return { pages, error: answerAt(page) };
  const claims = (await request.finish(page.url)).claims();
  return { pages, level: claims?.['acr'], amr: claims?.['amr'] };
};
const confirmed = { pages: ['PIN'], level: pinAcr, amr: ['pwd', 'pin'] };
const plain = { pages: [], level: passwordAcr, amr: ['pwd'] };

describe('“essential acr differs from the session’s” (the engine: another sign-in)', () => {
  it.each([
    ['value', essentially(pinAcr)],
    ['values', acr({ essential: true, values: [pinAcr, foreign] })],
  ])('is the PIN, and no sign-in: %s', async (_how, claims) => {
    expect(await walk(await signInWithPin(idp), { claims })).toEqual(confirmed);
  });
});

describe('“a second request after the PIN” (the engine: the level sticks, for every service)', () => {
  it('is the PIN again, at this service and at another', async () => {
    const visit = await signInWithPin(idp);
    expect(await walk(visit, { claims: essentially(pinAcr) })).toEqual(confirmed);
    expect(await walk(visit, { claims: essentially(pinAcr) })).toEqual(confirmed);
    expect(await walk({ ...visit, service: await newOwnService(idp) }, { acr_values: pinAcr })).toEqual(confirmed);
    expect(await walk(visit, {})).toEqual(plain);
  });
});

describe('“acr_values alone” (the engine: a wish that never asks)', () => {
  it('is the PIN', async () => {
    expect(await walk(await signInWithPin(idp), { acr_values: pinAcr })).toEqual(confirmed);
  });
});

describe('“essential claim and acr_values” (the engine: the claim is lost)', () => {
  it('is what both have in common', async () => {
    const visit = await signInWithPin(idp);
    const claims = essentially(pinAcr);
    expect(await walk(visit, { claims, acr_values: pinAcr })).toEqual(confirmed);
    expect(await walk(visit, { claims, acr_values: `${passwordAcr} ${pinAcr}` })).toEqual(confirmed);
  });

  it('is refused where they contradict each other, and nobody is asked anything', async () => {
    const asked = { claims: essentially(pinAcr), acr_values: passwordAcr };
    expect(await walk(await signInWithPin(idp), asked)).toEqual({ pages: [], error: 'invalid_request' });
  });
});

describe('“default_acr_values” (the engine: erases an essential claim)', () => {
  it('erases nothing, and asks by itself', async () => {
    const visit = await signInWithPin(idp);
    const withDefault = async (level: string) => ({
      ...visit,
      service: await newOwnService(idp, { default_acr_values: [level] }),
    });
    expect(await walk(await withDefault(passwordAcr), { claims: essentially(pinAcr) })).toEqual(confirmed);
    expect(await walk(await withDefault(pinAcr), {})).toEqual(confirmed);
    expect(await walk(await withDefault(pinAcr), { acr_values: passwordAcr })).toEqual(plain);
  });
});

describe('“essential, and the person comes back with another level” (the engine: a sign-in for ever)', () => {
  it('is one refusal where the level cannot be reached', async () => {
    const asked = { claims: essentially(foreign) };
    const refused = { pages: [], error: 'unmet_authentication_requirements' };
    expect(await walk(await signInWithPin(idp), asked)).toEqual(refused);
  });

  it('is one sign-in and one PIN for somebody who was not there', async () => {
    const person = await newPersonWithPin(idp);
    const visit = { person, agent: createBrowserAgent(idp.issuer), service: await newOwnService(idp) };
    const { pages, level } = await walk(visit, { claims: essentially(pinAcr) });
    expect(pages).toEqual([expect.stringContaining('Sign in'), 'PIN']);
    expect(level).toBe(pinAcr);
  });

  it.each([{ prompt: 'login' }, { max_age: '0' }])('is one sign-in and one PIN with %j', async (more) => {
    const visit = await signInWithPin(idp);
    const { pages, level } = await walk(visit, { claims: essentially(pinAcr), ...more });
    expect(pages).toEqual([expect.stringContaining('Sign in'), 'PIN']);
    expect(level).toBe(pinAcr);
  });
});

describe('“essential with prompt=none” (the engine: login_required)', () => {
  it.each([{ claims: essentially(pinAcr) }, { acr_values: pinAcr }])('is interaction_required: %j', async (asked) => {
    const visit = await signInWithPin(idp);
    const silent = { ...asked, prompt: 'none' };
    expect(await walk(visit, silent)).toEqual({ pages: [], error: 'interaction_required' });
    const stranger = { ...visit, agent: createBrowserAgent(idp.issuer) };
    expect(await walk(stranger, silent)).toEqual({ pages: [], error: 'login_required' });
  });
});

describe('“nothing asked” (the engine: an ID token without acr and amr)', () => {
  it('says how the person signed in', async () => {
    expect(await walk(await signInWithPin(idp), {})).toEqual(plain);
  });
});

describe('a client that sends back the whole list of discovery', () => {
  it('asks for nothing more than a sign-in', async () => {
    const visit = await signInWithPin(idp);
    const { acr_values_supported: levels = [] } = (await visit.service.configuration()).serverMetadata();
    expect(levels).toContain(pinAcr);
    expect(await walk(visit, { acr_values: [levels].flat().join(' ') })).toEqual(plain);
    const claims = acr({ essential: true, values: levels });
    expect(await walk(visit, { claims })).toEqual(plain);
  });
});

describe('a person who refuses the PIN', () => {
  it('is not asked again for the same request, nor signed out', async () => {
    const visit = await signInWithPin(idp);
    const { page } = await askForPin(visit, { claims: essentially(pinAcr) });
    expect(answerAt(await visit.agent.submit(page, { action: 'cancel' }))).toBe('access_denied');
    expect(await walk(visit, {})).toEqual(plain);
  });
});
