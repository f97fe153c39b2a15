// One question to the registry at a time, whatever is pressed, and a crash at any point loses nothing (REL-05).
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nativeCollection } from '../../src/mongo/index.ts';
import { titleOf, wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId, type TestOptions } from '../support/civic-id.ts';
import { answerAll, askForLevel, maria } from '../support/level.ts';
import { race, tally } from '../support/race.ts';
import { startRegistry, type RegistryPeer } from '../support/registry-peer.ts';

let registry: RegistryPeer;
let idp: TestCivicId;
const start = async (options: TestOptions = {}): Promise<void> => {
  idp = await startCivicId({ registry: registry.connection, ...options });
};
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(async () => {
  await idp.stop();
  await registry.close();
});

const eventsOf = async (): Promise<string[]> =>
  (await nativeCollection(idp.connection, 'journal').find().toArray())
    .map(({ type }) => String(type))
    .filter((type) => type.startsWith('level-'));
const messages = () => nativeCollection(idp.connection, 'messages').countDocuments({ purpose: 'notice' });
const answered = async () => {
  const asked = await askForLevel(idp);
  return { ...asked, check: await answerAll(asked.agent, asked.page) };
};
const title = (page: Parameters<typeof titleOf>[0]) => titleOf(page).replace(/ — .*/, '');

it('twenty presses at once are one question, one try and one notice', async () => {
  await start();
  const { agent, check } = await answered();
  const answer = registry.hold();
  const pressed = race(20, () => agent.submit(check, {}));
  while (registry.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(titleOf(await agent.open(check.url))).toContain('Comparing with the registry');
  await new Promise((resolve) => setTimeout(resolve, 500));
  answer();
  const { won, lost } = await pressed;
  expect(lost).toEqual([]);
  const ends = tally(won.map(title)); // who comes late finds it done
  expect(Object.keys(ends).sort()).toEqual(['Comparing with the registry', 'Your account is standard now']);
  expect(registry.requests).toHaveLength(1);
  expect(await eventsOf()).toEqual(['level-raised']);
  expect(await messages()).toBe(1);
  expect(title(await agent.open(check.url))).toBe('Your account is standard now');
});

it('twenty presses of what does not match count once', async () => {
  await start();
  registry.behave('does_not_match');
  const { agent, check } = await answered();
  await race(20, () => agent.submit(check, {}));
  expect(registry.requests).toHaveLength(1);
  expect(await eventsOf()).toEqual(['level-check-failed']);
  expect(wordsOf(await agent.open(check.url.replace('check', 'result')))).toContain('4 tries are left today');
});

it('eight browsers of one person are five questions, and then none', async () => {
  await start();
  registry.behave('no_such_person');
  const ready: Awaited<ReturnType<typeof answered>>[] = [];
  for (let index = 0; index < 8; index += 1) ready.push(await answered());
  await race(8, async (index) => {
    const one = ready[index];
    return one?.agent.submit(one.check, {});
  });
  expect(registry.requests).toHaveLength(5);
  expect(await eventsOf()).toEqual(Array(5).fill('level-check-failed'));
});

it('two tabs of one person that both match raise once', async () => {
  await start();
  const tabs = [await answered(), await answered()];
  const { lost } = await race(2, async (index) => {
    const one = tabs[index];
    return one?.agent.submit(one.check, {});
  });
  expect(lost).toEqual([]);
  expect(await eventsOf()).toEqual(['level-raised']);
  expect(await messages()).toBe(1);
  for (const { agent, check } of tabs) expect(title(await agent.open(check.url))).toBe('Your account is standard now');
});

it.each(['registry answered', 'level raised'])('a crash at "%s" leads to the same end', async (point) => {
  let hasCrashed = false;
  await start({
    checkpoint: async (name) => {
      if (name !== point || hasCrashed) return;
      hasCrashed = true;
      throw new Error('the process ends here');
    },
  });
  const { agent, request, check } = await answered();
  expect((await agent.submit(check, {})).status).toBe(500);
  await idp.age(1);
  let page = await agent.open(check.url.replace('check', 'result'));
  if (point === 'registry answered') {
    expect(title(page)).toBe('The registry does not answer just now');
    page = await agent.submit(page, {});
  }
  expect(title(page)).toBe('Your account is standard now');
  await request.finish((await agent.submit(page, {})).url);
  expect(await eventsOf()).toEqual(['level-raised']);
  expect((await idp.app.services.accounts.find(maria.id))?.level).toBe('standard');
});

it('a registry that hangs is given up before the page is, and costs nothing', async () => {
  await start();
  registry.behave('sleeps');
  const { agent, check } = await answered();
  const begun = Date.now();
  const page = await agent.submit(check, {});
  expect(Date.now() - begun).toBeLessThan(5000);
  expect(title(page)).toBe('The registry does not answer just now');
  registry.behave('match');
  expect(title(await agent.submit(page, {}))).toBe('Your account is standard now');
  expect(idp.logLines.filter((line) => line.includes('registry has not answered'))).toHaveLength(1);
  expect(idp.logLines.join()).not.toMatch(/269374|567 56|18123456756|key-of-the-registry/);
}, 15_000);

it('somebody whose documents become another’s while the registry is asked is not raised', async () => {
  await start();
  const { agent, check } = await answered();
  const { accounts, inTransaction } = idp.app.services;
  const documents = { snils: '18123456756' };
  await inTransaction((tx) => accounts.raise(tx, 'sandbox-emily', { level: 'basic', documents }));
  expect(title(await agent.submit(check, {}))).toBe('The details do not match the registry');
  expect(await eventsOf()).toEqual(['level-check-taken']);
});
