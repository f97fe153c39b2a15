// PIN-09: what is not exactly so many ASCII digits is no attempt: nothing is counted, nothing is compared, and the page says so.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { wordsOf } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import {
  answerAt,
  failuresOf,
  newPersonWithPin,
  openPinPage,
  pinEventsOf,
  pinRowOf,
  postForm,
  rightPin,
} from '../support/step-up.ts';

let four: TestCivicId;
let six: TestCivicId;
beforeAll(async () => {
  [four, six] = await Promise.all([startCivicId(), startCivicId({ pinDigits: 6 })]);
});
afterEach(() => expect([...failuresOf(four), ...failuresOf(six)]).toEqual([]));
afterAll(async () => {
  await Promise.all([four.stop(), six.stop()]);
});

const noPins: [string, string][] = [
  ['nothing', ''],
  ['spaces', '    '],
  ['three digits', '007'],
  ['five digits', '00730'],
  ['the six digits of another deployment', '000073'],
  ['Arabic-Indic digits', '٠٠٧٣'],
  ['Persian digits', '۰۰۷۳'],
  ['Devanagari digits', '००७३'],
  ['full-width digits', '００７３'],
  ['mathematical digits', '𝟎𝟎𝟕𝟑'],
  ['superscripts', '⁰⁰⁷³'],
  ['one full-width digit among others', '007３'],
  ['an exponent', '12e3'],
  ['hexadecimal', '0x12'],
  ['a space inside', '00 73'],
  ['a space inside that fills the place of a digit', '0 73'],
  ['a hyphen', '0-73'],
  ['a sign', '+073'],
  ['a fraction', '07.3'],
  ['a zero width space inside', '00\u200b73'],
  ['a zero width space instead of a digit', '\u200b073'],
  ['a control character', '\u0000073'],
  ['a direction mark', '\u202e0073'],
  ['letters', 'oo73'],
  ['an object', '{"$ne":null}'],
];

describe('no attempt is', () => {
  it.each(noPins)('%s', async (_name, typed) => {
    const { agent, page, person } = await openPinPage(four);
    const compared = four.app.services.hashing.count();
    const answer = await agent.submit(page, { pin: typed });

    expect(answer.status).toBe(422);
    expect(wordsOf(answer)).toContain('Enter 4 digits. This try does not count.');
    expect(answer.html).toContain('name="tries" value="0"');
    expect(four.app.services.hashing.count()).toBe(compared);
    expect(await pinRowOf(four, person)).toMatchObject({ tries: 0, failures: [] });
    expect(await pinEventsOf(four, person)).toEqual(['pin-asked']);
  });

  it('any of them, ten times over: the right PIN is taken afterwards', async () => {
    const { agent, page, request } = await openPinPage(four);
    let current = page;
    for (const [, typed] of noPins.slice(0, 10)) current = await agent.submit(current, { pin: typed });
    await request.finish((await agent.submit(current, { pin: rightPin })).url);
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'anything that came as %s',
    async (type) => {
      const { agent, page, person } = await openPinPage(four);
      const body = JSON.stringify({ pin: 73, tries: '0' });
      const answer = await agent.post(page.url, body, { 'Content-Type': type });
      expect(answer.status).toBe(415);
      expect((await pinRowOf(four, person)).tries).toBe(0);
    },
  );

  it('a form with more, or twice the same', async () => {
    const { agent, page, person } = await openPinPage(four);
    for (const fields of [{ amount: '1' }, { tries: '00' }, { tries: 'x' }, { tries: '-1' }, { action: 'confirm' }])
      expect((await postForm(agent, page, { pin: rightPin, ...fields })).status).toBe(400);
    const twice = new URLSearchParams({ pin: rightPin }).toString();
    expect((await agent.post(page.url, `${twice}&${twice}`)).status).toBe(400);
    expect((await pinRowOf(four, person)).tries).toBe(0);
  });
});

describe('a PIN is', () => {
  it.each(['0073', ' 0073', '0073 ', '\t0073\n'])('four digits, zeros in front and all: %j', async (typed) => {
    const { agent, page } = await openPinPage(four);
    expect(answerAt(await agent.submit(page, { pin: typed }))).toBe('code');
  });

  it('text and no number: 73 and 0730 are not 0073', async () => {
    const { agent, page, person } = await openPinPage(four);
    const again = await agent.submit(page, { pin: '73' });
    expect(wordsOf(again)).toContain('This try does not count');
    expect(wordsOf(await agent.submit(again, { pin: '0730' }))).toContain('Wrong PIN');
    expect((await pinRowOf(four, person)).tries).toBe(1);
  });

  it('six digits where the deployment says so, and four are no attempt there', async () => {
    const person = await newPersonWithPin(six, '000073');
    const { agent, page } = await openPinPage(six, { person });
    expect(wordsOf(page)).toContain('The 6 digits you chose');
    const again = await agent.submit(page, { pin: '0073' });
    expect(again.status).toBe(422);
    expect(wordsOf(again)).toContain('Enter 6 digits. This try does not count.');
    expect((await pinRowOf(six, person)).tries).toBe(0);
    expect(answerAt(await agent.submit(again, { pin: '000073' }))).toBe('code');
  });
});
