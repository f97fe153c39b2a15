// When there is no room for another hash, the person is told to come back, and the try was none.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  newPersonWithPin,
  openPinPage,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
  wrongPin,
} from '../support/step-up.ts';

let idp: TestCivicId;
/** A try that was counted waits for this before it is compared. */
let hold: Promise<undefined> | undefined;
beforeAll(async () => {
  // Few places and slow fillers: the queue stays full while the form is on its way.
  idp = await startCivicId({
    limits: { hashing: { queuePerThread: 2 } },
    checkpoint: async (name) => {
      if (name === 'PIN try reserved') await hold;
    },
  });
});
afterAll(() => idp.stop());

const fillQueue = (): Promise<unknown> => {
  const { hashing } = idp.app.services;
  const filling: Promise<unknown>[] = [];
  while (!hashing.isFull()) filling.push(hashing.hash('filler', 13));
  return Promise.allSettled(filling);
};

describe('a PIN that there is no room to compare', () => {
  it('costs no try, neither of the account nor of the request, and the same page is good afterwards', async () => {
    const { agent, page, person, request } = await openPinPage(idp);
    const second = await agent.submit(page, { pin: wrongPin });
    const filled = fillQueue();
    const busy = await postForm(agent, second, { pin: rightPin });
    expect(busy.status).toBe(503);
    expect(busy.headers['retry-after']).toMatch(/^\d+$/);
    expect(busy.text).toContain('Nothing was lost');
    await filled;

    expect(await pinRowOf(idp, person)).toMatchObject({ tries: 1, failures: [{ id: expect.any(String) }] });
    expect(await pinEventsOf(idp, person)).toEqual(['pin-asked', 'pin-wrong']);
    const third = await agent.submit(second, { pin: wrongPin });
    expect(wordsOf(third)).toContain('You have 1 try left');
    await request.finish((await agent.submit(third, { pin: rightPin })).url);
  });

  it('wins no try by a right one that came in between: five wrong ones still lock', async () => {
    const person = await newPersonWithPin(idp);
    const { check } = idp.app.rules.pin;
    const { promise: isOver, resolve: goOn } = Promise.withResolvers<undefined>();
    hold = isOver;
    const held = check(person.id, wrongPin);
    while ((await pinRowOf(idp, person)).tries === 0) await sleep(10);
    hold = undefined;
    expect(await check(person.id, rightPin)).toEqual({ outcome: 'right' });

    const filled = fillQueue();
    goOn(undefined);
    expect(await held).toEqual({ outcome: 'busy' });
    await filled;
    expect((await pinRowOf(idp, person)).tries).toBe(0);
    for (let turn = 0; turn < 4; turn += 1) await check(person.id, wrongPin);
    expect(await check(person.id, wrongPin)).toEqual({ outcome: 'locked', justNow: true });
  });
});
