// PIN-15 on the way to a PIN: it is typed twice, or shown once, and is nowhere afterwards; the code neither.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm, type BareAnswer } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { forgetSends, lastCodeTo } from '../support/new-device.ts';
import { newReadyPerson, type ReadyPerson } from '../support/pin-setting.ts';

// Six digits: no clock and no counter shows these by chance. The deployment asks for six.
const canary = { set: '908172', different: '635409', weak: '112233', old: '274063', noPin: 'canary-no-pin-8T4' };

let idp: TestCivicId;
let person: ReadyPerson;
let answers: BareAnswer[];
let made: { pin: string; at: number };
let code: string;

beforeAll(async () => {
  idp = await startCivicId({ pinDigits: 6 });
  person = await newReadyPerson(idp, { pin: canary.old });
  const browser = createBareBrowser(idp.issuer);
  answers = browser.answers;
  let page = await browser.follow({ path: '/account/pin' });
  const send = async (fields: Record<string, string>) => {
    const { action, csrf } = readBareForm(page);
    page = await browser.follow({
      method: 'POST',
      path: action,
      body: new URLSearchParams({ csrf, ...fields }).toString(),
    });
  };
  const sendCode = async () => {
    await send({});
    code = await lastCodeTo(idp, person.phone);
    await send({ code });
  };
  await send({ identifier: person.email, password: person.password });
  await sendCode();
  for (const pin of [canary.noPin, canary.weak, canary.old]) await send({ pin, pin_again: pin });
  await send({ pin: canary.set, pin_again: canary.different });
  await send({ pin: canary.set, pin_again: canary.set });
  await browser.send({ path: `/account/pin/choose?pin=${canary.set}` });
  await forgetSends(idp);
  page = await browser.follow({ path: '/account/pin' });
  await sendCode();
  await send({ action: 'make' });
  made = { pin: /<code class="big"[^>]*>(\d{6})</.exec(page.body)?.[1] ?? 'none was made', at: answers.length - 1 };
  await browser.follow({ path: '/account/pin/done' });
  await allAreSent(idp);
});
afterAll(() => idp.stop());

const foundIn = (text: string): string[] =>
  Object.entries({ ...canary, made: made.pin }).flatMap(([name, value]) => (text.includes(value) ? [name] : []));

describe('PIN-15 a PIN of six digits on its way', () => {
  it('has been everywhere, and the last one confirms', async () => {
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 303, 422]));
    expect(await idp.app.rules.pin.check(person.id, made.pin)).toEqual({ outcome: 'right' });
  });

  it('is not in the log, in the database, in a message, in an address or in a cookie', async () => {
    expect(foundIn(idp.logLines.join('\n'))).toEqual([]);
    const dump = Object.entries(await dumpDatabase(idp)).filter(([, text]) => foundIn(text).length > 0);
    expect(dump.map(([name]) => name)).toEqual([]);
    const outbox = await createBareBrowser(idp.issuer).send({
      path: '/sandbox/outbox',
      headers: { Accept: 'application/json' },
    });
    expect(foundIn(outbox.body)).toEqual([]);
    expect(
      foundIn(answers.flatMap(({ headers, cookies }) => [headers['location'] ?? '', ...cookies]).join('\n')),
    ).toEqual([]);
  });

  it('is on no page, but once the one that we made', () => {
    const bodies = answers.map(({ body }) => body.replaceAll(/href="[^"]*\?pin=\d+&[^"]*"/g, ''));
    expect(bodies.flatMap((body, at) => foundIn(body).map((name) => `${at} ${name}`))).toEqual([`${made.at} made`]);
  });

  it('and the code are in no log and, in clear, in no record', async () => {
    expect(code).toMatch(/^\d{6}$/);
    expect(idp.logLines.join('\n')).not.toContain(code);
    expect(Object.values(await dumpDatabase(idp)).filter((text) => text.includes(code))).toEqual([]);
  });
});
