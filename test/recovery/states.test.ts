// ATT-R03: from each state only its own next step is taken; every other page and form leads back to where the person is, and writes nothing.
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { followers, mayFollow, recoveryStates } from '../../src/recovery/states.ts';
import { createBrowserAgent, readForm, type BrowserAgent } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { newPerson } from '../support/new-person.ts';
import { linkIn, pressNotMe } from '../support/not-me.ts';
import { citizen } from '../support/people.ts';
import { noticesTo } from '../support/contacts.ts';
import { noDocument, recoveredPassword, recoverUpTo } from '../support/recovery.ts';
import { failuresOf } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

describe('the drawing beside the code', () => {
  it('has the same edges as the code, but for what is no state of a flow', async () => {
    const drawing = await readFile(new URL('../../src/recovery/states.mmd', import.meta.url), 'utf8');
    const besides = ['[*]', 'expired', 'undone'];
    const edges = [...drawing.matchAll(/^\s*(\S+) --> (\S+)/gm)]
      .map(([, from = '', to = '']) => [from.replaceAll('_', '-'), to.replaceAll('_', '-')])
      .filter((edge) => !edge.some((state) => besides.includes(state)))
      .map((edge) => edge.join(' → '));
    const coded = Object.entries(followers).flatMap(([from, all]) => all.map((to) => `${from} → ${to}`));
    expect(edges.sort()).toEqual(coded.sort());
  });

  it('has every state', async () => {
    const drawing = await readFile(new URL('../../src/recovery/states.mmd', import.meta.url), 'utf8');
    for (const state of recoveryStates) expect(drawing).toContain(state.replaceAll('-', '_'));
  });

  it.each(recoveryStates)('leads nowhere else from %s', (from) => {
    const reached = recoveryStates.filter((to) => mayFollow(from, to));
    expect(reached.toSorted()).toEqual([...followers[from]].toSorted());
  });
});

/** Throws in the middle of sending, so that the document was given and no code went. */
let isBroken = false;
const checkpoint = async (name: string): Promise<void> => {
  if (isBroken && name === 'document given') throw new Error('a power cut of this test');
};

let idp: TestCivicId;
beforeAll(async () => {
  const perContact = [{ seconds: 60, count: 1_000_000 }];
  idp = await startCivicId({ checkpoint, limits: { recovery: { ...limits.recovery, perContact } } });
});
beforeEach(() => forgetSends(idp));
afterEach(() => {
  isBroken = false;
});
afterAll(() => idp.stop());

interface Standing {
  person: Citizen;
  agent: BrowserAgent;
}
const upTo = async (until: 'document' | 'code' | 'password', document = noDocument): Promise<Standing> => {
  const person = await newPerson(idp);
  return { person, agent: (await recoverUpTo(idp, person, until, { document })).agent };
};
const startWaiting = (): Promise<Standing> => upTo('password');

const ways: Record<(typeof recoveryStates)[number] | 'code-right-after-a-day' | 'stopped', () => Promise<Standing>> = {
  started: () => upTo('document'),
  'document-given': async () => {
    const standing = await upTo('document');
    isBroken = true;
    await standing.agent.submit(await standing.agent.open('/recovery/document'), noDocument);
    isBroken = false;
    return standing;
  },
  'code-sent': () => upTo('code'),
  waiting: startWaiting,
  'code-right-after-a-day': async () => {
    const standing = await startWaiting();
    await idp.age(24 * 60 + 1);
    return standing;
  },
  'code-right': async () => {
    const person = citizen('anna');
    return { person, agent: (await recoverUpTo(idp, person, 'password')).agent };
  },
  'password-set': async () => {
    const standing = await startWaiting();
    await idp.age(24 * 60 + 1);
    const page = await standing.agent.open('/recovery/password');
    await standing.agent.submit(page, { new_password: recoveredPassword, new_password_again: recoveredPassword });
    return standing;
  },
  refused: async () => {
    const standing = await upTo('code');
    const page = await standing.agent.open('/recovery/code');
    for (let tries = 0; tries < 5; tries += 1) await standing.agent.submit(page, { code: '000000' });
    return standing;
  },
  stopped: async () => {
    const standing = await startWaiting();
    const [told] = await noticesTo(idp, String(standing.person.email));
    await pressNotMe(idp, linkIn(told?.text ?? ''));
    return standing;
  },
};

const pages = ['document', 'code', 'wait', 'password', 'done', 'refused'] as const;
type PageName = (typeof pages)[number];
/** The pages that are open in each state; the first is where everything else leads. */
const open: Record<keyof typeof ways, readonly PageName[]> = {
  started: ['document'],
  'document-given': ['code', 'document'],
  'code-sent': ['code', 'document'],
  waiting: ['wait'],
  'code-right-after-a-day': ['password'],
  'code-right': ['password'],
  'password-set': ['done'],
  refused: ['refused'],
  stopped: ['refused'],
};
const forms: [PageName, Record<string, string>][] = [
  ['document', noDocument],
  ['code', { code: '123456' }],
  ['code', { action: 'resend' }],
  ['code', { action: 'other' }],
  ['password', { new_password: 'another-path-through-grass', new_password_again: 'another-path-through-grass' }],
  ['password', { action: 'make' }],
];
const states = Object.keys(ways).filter((name): name is keyof typeof ways => name in ways);

describe.each(states)('ATT-R03 a recovery that is %s', (state) => {
  it('shows its own pages; every other page and form leads there and changes nothing', async () => {
    const { agent } = await ways[state]();
    await allAreSent(idp);
    const { hidden } = readForm((await agent.open('/recovery')).html);
    const [home = 'refused'] = open[state];
    const before = await dumpDatabase(idp);
    for (const page of pages) {
      const { status, headers } = await agent.get(`/recovery/${page}`);
      if (open[state].includes(page)) expect([page, status]).toEqual([page, 200]);
      else expect([page, status, headers['location']]).toEqual([page, 303, `/recovery/${home}`]);
    }
    for (const [page, fields] of forms.filter(([name]) => !open[state].includes(name))) {
      const body = new URLSearchParams({ csrf: hidden['csrf'] ?? '', ...fields }).toString();
      const { status, headers } = await agent.post(`/recovery/${page}`, body);
      expect([page, status, headers['location']]).toEqual([page, 303, `/recovery/${home}`]);
    }
    expect(await dumpDatabase(idp)).toEqual(before);
    expect(failuresOf(idp).filter((line) => !line.includes('states.test.ts'))).toEqual([]); // but for our own power cut
  });
});

it('ATT-R03 a code that was not sent is sent when it is asked for', async () => {
  const { agent, person } = await ways['document-given']();
  const page = await agent.open('/recovery/code');
  expect(page.html).toContain('The code has not been sent yet');
  const again = await agent.submit(page, { action: 'resend' });
  const next = await agent.submit(again, { code: await lastCodeTo(idp, String(person.email)) });
  expect(next.url).toContain('/recovery/wait');
});

it('ATT-R03 nothing is open to whoever has begun nothing', async () => {
  const { agent } = await upTo('document');
  const { hidden } = readForm((await agent.open('/recovery/document')).html);
  const stranger = createBrowserAgent(idp.issuer);
  const own = readForm((await stranger.open('/recovery')).html).hidden;
  for (const page of pages) {
    const { status, headers } = await stranger.get(`/recovery/${page}`);
    expect([page, status, headers['location']]).toEqual([page, 303, '/recovery']);
  }
  for (const [page, fields] of forms) {
    const send = (csrf = '') => stranger.post(`/recovery/${page}`, new URLSearchParams({ csrf, ...fields }).toString());
    expect((await send(own['csrf'])).headers['location']).toBe('/recovery');
    expect((await send(hidden['csrf'])).status).toBe(403);
  }
});
