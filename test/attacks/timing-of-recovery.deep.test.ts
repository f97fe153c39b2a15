// ENUM-02, R10: how long an answer of a recovery takes tells neither who has an account nor whether the document is right. Queries and hashes are counted elsewhere; this is the clock.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { nativeCollection } from '../../src/mongo/index.ts';
import { createBareBrowser, readBareForm } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { allAreSent } from '../support/messages.ts';
import { citizen } from '../support/people.ts';
import { noDocument, snilsOf } from '../support/recovery.ts';
import { ratioOfMedians, type Sample } from '../support/timing.ts';

/** A difference that a stranger could see through a network would be a message or a look-up more, several times this much. */
const bound = 1.3;
const many = [{ seconds: 60, count: 1_000_000 }];
const [anna, ivan, viktor] = [citizen('anna'), citizen('ivan'), citizen('viktor')];
const unknown = '+79000000991';

let idp: TestCivicId;
beforeAll(async () => {
  const guessesPerNetwork = { ...limits.recovery.guessesPerNetwork, free: 1_000_000 };
  const recovery = { ...limits.recovery, sendsPerNetwork: many, guessesPerNetwork };
  idp = await startCivicId({ limits: { recovery } });
});
afterAll(() => idp.stop());
beforeEach(async () => {
  await allAreSent(idp);
  await nativeCollection(idp.connection, 'attempts').deleteMany({});
});

const begin = async (contact: string) => {
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/recovery' }));
  const post = (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ csrf, ...fields }).toString();
    return browser.send({ method: 'POST', path: `/recovery${path}`, body });
  };
  await post('', { contact });
  return post;
};

type Document = typeof noDocument;
/** What is counted for one contact grows with each try; both begin anew. */
const forget = async (): Promise<void> => {
  await nativeCollection(idp.connection, 'attempts').deleteMany({});
  await nativeCollection(idp.connection, 'code_sends').deleteMany({});
};
const givingDocument =
  (contact: string, document: Document): Sample =>
  async () => {
    const post = await begin(contact);
    await allAreSent(idp);
    await forget();
    return () => post('/document', document);
  };
const givingCode =
  (contact: string, document: Document): Sample =>
  async () => {
    const post = await begin(contact);
    await post('/document', document);
    await allAreSent(idp);
    await forget();
    return () => post('/code', { code: '000000' });
  };

const pairs: [string, [string, Document], [string, Document]][] = [
  ['a person whose document is right, and nobody', [String(anna.phone), snilsOf(anna)], [unknown, snilsOf(anna)]],
  ['a right document and a wrong one', [String(anna.phone), snilsOf(anna)], [String(anna.phone), snilsOf(ivan)]],
  ['a person without a document, and nobody', [String(anna.phone), noDocument], [unknown, noDocument]],
  ['a disabled person, and nobody', [String(viktor.phone), snilsOf(viktor)], [unknown, snilsOf(viktor)]],
];

describe.each(pairs)('between %s', (_who, one, other) => {
  it('the document takes as long', async () => {
    expect(await ratioOfMedians(givingDocument(...one), givingDocument(...other), 40)).toBeLessThan(bound);
  }, 180_000);

  it('a wrong code takes as long', async () => {
    expect(await ratioOfMedians(givingCode(...one), givingCode(...other), 40)).toBeLessThan(bound);
  }, 180_000);
});

it('over the limit of one contact and under that of another the document takes as long', async () => {
  const spent: Sample = async () => {
    await nativeCollection(idp.connection, 'code_sends').deleteMany({});
    for (let turn = 0; turn < 3; turn += 1) await (await begin(String(anna.phone)))('/document', snilsOf(ivan));
    const post = await begin(String(anna.phone));
    await allAreSent(idp);
    return () => post('/document', snilsOf(ivan));
  };
  const free: Sample = async () => {
    await spent(0);
    const post = await begin(String(anna.phone));
    await allAreSent(idp);
    return () => post('/document', snilsOf(anna));
  };
  expect(await ratioOfMedians(spent, free, 20)).toBeLessThan(bound);
}, 180_000);
