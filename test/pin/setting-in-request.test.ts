// "You have no PIN yet", "Forgot your PIN?", a locked and an outdated one: all are mended inside the request of a service, which then goes on to its confirmation.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBrowserAgent, titleOf, wordsOf, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  choosePin,
  goodPin,
  newReadyPerson,
  otherPin,
  pathOf,
  typeSentCode,
  type ReadyPerson,
} from '../support/pin-setting.ts';
import {
  answerAt,
  askForPin,
  failuresOf,
  hasPinField,
  pinEventsOf,
  postForm,
  signInWithPin,
  wrongPin,
} from '../support/step-up.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

/** A service asks for the PIN; `page` is what the person sees then. */
const ask = async (pin: string | null, person?: ReadyPerson) => {
  const who = person ?? (await newReadyPerson(idp, { pin }));
  const visit = await signInWithPin(idp, { person: who });
  return { ...visit, person: who, ...(await askForPin(visit)) };
};
const press = (agent: BrowserAgent, page: PageView) => agent.submitTo(/\/pin\/new$/, page, {});
/** From the button to the page that says that the PIN is set. */
const setPin = async (agent: BrowserAgent, person: ReadyPerson, page: PageView, pin: string): Promise<PageView> => {
  const start = await press(agent, page);
  const choose = await typeSentCode(idp, { agent, person }, await agent.submit(start, {}));
  return choosePin({ agent }, choose, pin);
};
const wayBack = ({ html }: PageView): string => /<a class="button main" href="([^"]*)"/.exec(html)?.[1] ?? '';

describe('inside a request', () => {
  it('a first PIN is created, every page says for whom, and the request goes on to the confirmation', async () => {
    const { agent, person, page, request, service } = await ask(null);
    expect(titleOf(page)).toContain('You have no PIN yet');
    const name = String(service.metadata['client_name']);
    const start = await press(agent, page);
    const code = await agent.submit(start, {});
    const choose = await typeSentCode(idp, { agent, person }, code);
    const done = await choosePin({ agent }, choose, goodPin);
    for (const each of [start, code, choose, done])
      expect([pathOf(each), wordsOf(each)]).toEqual([pathOf(each), expect.stringContaining(name)]);
    expect(wordsOf(done)).toContain(`Go back to confirm in ${name}`);

    const confirm = await agent.open(wayBack(done));
    expect(hasPinField(confirm)).toBe(true);
    const callback = await agent.submit(confirm, { pin: goodPin });
    expect((await request.finish(callback.url)).claims()?.['acr']).toBe('urn:civic-id:acr:pin');
    expect(await pinEventsOf(idp, person)).toEqual(['pin-created', 'pin-asked', 'pin-right']);
    const created = await nativeCollection(idp.connection, 'journal').findOne({
      accountId: person.id,
      type: 'pin-created',
    });
    expect(created?.['clientId']).toBe(service.metadata.client_id);
  });

  it('one that was forgotten is replaced, after a wrong try too, and the request that waits stays the only one', async () => {
    const visit = await ask(goodPin);
    const { agent, person, request } = visit;
    const other = await askForPin(visit);
    const wrong = await agent.submit(visit.page, { pin: wrongPin });
    const forgot = await agent.open(/<a href="([^"]*\/forgot)"/.exec(wrong.html)?.[1] ?? '');
    const done = await setPin(agent, person, forgot, otherPin);
    const confirm = await agent.open(wayBack(done));
    const callback = await agent.submit(confirm, { pin: otherPin });
    expect(answerAt(callback)).toBe('code');
    await request.finish(callback.url);
    const ended = await agent.open(other.page.url);
    expect([hasPinField(ended), titleOf(ended)]).toEqual([false, expect.stringContaining('Nothing was confirmed')]);
  });

  it('one that is locked is set anew', async () => {
    const person = await newReadyPerson(idp, { pin: goodPin });
    await idp.app.rules.pin.lock(person.id);
    const { agent, page } = await ask(goodPin, person);
    expect(titleOf(page)).toContain('Your PIN is locked');
    const confirm = await agent.open(wayBack(await setPin(agent, person, page, otherPin)));
    expect(answerAt(await agent.submit(confirm, { pin: otherPin }))).toBe('code');
  });

  it('a proof that is no longer fresh is asked for on the way, and the way goes on', async () => {
    const { agent, page, person } = await ask(null);
    await idp.age(6);
    const proof = await press(agent, page);
    expect(pathOf(proof)).toBe('/account/proof/pin');
    const start = await agent.submit(proof, { password: person.password });
    const choose = await typeSentCode(idp, { agent, person }, await agent.submit(start, {}));
    const done = await choosePin({ agent }, choose, goodPin);
    expect(hasPinField(await agent.open(wayBack(done)))).toBe(true);
  });

  it('“Not now” on any page leads back to the request, which still waits', async () => {
    const { agent, page, person } = await ask(null);
    const begun = async () => press(agent, await agent.open(page.url));
    const back = async (from: PageView) => titleOf(await agent.submit(from, { action: 'cancel' }));
    expect(await back(await begun())).toContain('You have no PIN yet');
    const code = await agent.submit(await begun(), {});
    expect(await back(code)).toContain('You have no PIN yet');
    expect(pathOf(await agent.submit(code, { code: '123456' }))).toBe('/account/pin');
    await idp.age(2);
    const choose = await typeSentCode(idp, { agent, person }, await agent.submit(await begun(), {}));
    expect(await back(choose)).toContain('You have no PIN yet');
    expect(pathOf(await choosePin({ agent }, choose, goodPin))).toBe('/account/pin');
    expect(await idp.app.rules.pin.stateOf(person.id)).toBe('none');
  });

  it('that is over meanwhile, the person is led to the account', async () => {
    const { agent, page, person } = await ask(null);
    const choose = await typeSentCode(idp, { agent, person }, await agent.submit(await press(agent, page), {}));
    expect(answerAt(await agent.submit(page, { action: 'cancel' }))).toBe('unmet_authentication_requirements');
    const done = await choosePin({ agent }, choose, goodPin);
    expect(titleOf(done)).toContain('Your PIN is created');
    expect(wayBack(done)).toBe('/account/security');
  });

  it('somebody who is not ready sees what is missing and goes back', async () => {
    const { agent, page } = await signInWithPin(idp, { person: { ...(await newReadyPerson(idp)) } }).then(
      async (visit) => {
        await nativeCollection<{ _id: string }>(idp.connection, 'accounts').updateOne(
          { _id: visit.person.id },
          { $set: { level: 'standard' } },
        );
        return { ...visit, ...(await askForPin(visit)) };
      },
    );
    const missing = await press(agent, page);
    expect(wordsOf(missing)).toContain('A confirmed account');
    expect(titleOf(await agent.submit(missing, { action: 'cancel' }))).toContain('You have no PIN yet');
  });
});

describe('the button of a request', () => {
  it('is for the person of the request alone: another one in this browser signs in first', async () => {
    const { agent, page } = await ask(null);
    const other = await newReadyPerson(idp);
    const { service } = await signInWithPin(idp, { person: await newReadyPerson(idp) });
    const signIn = await agent.open((await service.begin({ prompt: 'login' })).url);
    expect(answerAt(await agent.submit(signIn, { identifier: other.email, password: other.password }))).toBe('code');
    const led = await press(agent, page);
    expect(pathOf(led)).not.toMatch(/^\/account/);
    expect(hasPinField(led)).toBe(false);
  });

  it('is nobody else’s: from another browser, without its token, or by GET, nothing begins', async () => {
    const { agent, page } = await ask(null);
    const stranger = createBrowserAgent(idp.issuer);
    const address = page.url.replace(/\/pin.*/, '/pin/new');
    const flows = () => nativeCollection(idp.connection, 'flows').countDocuments({ kind: 'pin' });
    const before = await flows();
    expect((await agent.post(address, '')).status).toBe(403);
    expect((await agent.get(address)).status).toBe(303);
    const { csrf } = {
      csrf: /name="csrf" value="([^"]+)"/.exec((await stranger.open('/registration')).html)?.[1] ?? '',
    };
    expect((await stranger.post(address, new URLSearchParams({ csrf }).toString())).status).toBe(400);
    expect((await postForm(agent, page, {})).status).toBe(400);
    expect(await flows()).toBe(before);
  });
});
