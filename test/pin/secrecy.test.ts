// PIN-15: a PIN is typed and compared and is nowhere afterwards: not in a log, the journal, the database, a page, an address or a cookie.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, pathOf, readBareForm, type BareAnswer } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { dumpDatabase } from '../support/database.ts';
import { newOwnService, newPersonWithPin, pinAcr, pinEventsOf } from '../support/step-up.ts';
import type { Citizen } from '../../src/sandbox/citizen.ts';

// Six digits: no clock and no counter shows these by chance.
const canary = { right: '908172', wrong: '635409', second: '274063', noPin: 'canary-no-pin-8T4', tooLong: '90817254' };

let idp: TestCivicId;
let person: Citizen;
let answers: BareAnswer[];
let dumps: Record<string, string>[];

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const triesOf = ({ body }: BareAnswer): string => /name="tries" value="(\d)"/.exec(body)?.[1] ?? '0';

/** Everything that can be typed into the field, at all the places that read it, and each dead end. */
beforeAll(async () => {
  idp = await startCivicId({ pinDigits: 6 });
  person = await newPersonWithPin(idp, canary.right);
  const service = await newOwnService(idp);
  const browser = createBareBrowser(idp.issuer);
  answers = browser.answers;
  const open = async () => browser.follow({ path: pathOf((await service.begin({ acr_values: pinAcr })).url) });
  let page = await open();
  const send = async (fields: Record<string, string>, at = page) => {
    const { action, csrf } = readBareForm(at);
    return browser.follow({ method: 'POST', path: action, body: form({ csrf, ...fields }) });
  };

  page = await send({ identifier: String(person.email), password: person.password });
  const { action } = readBareForm(page);
  for (const pin of [canary.noPin, canary.tooLong, canary.wrong, canary.second])
    page = await send({ tries: triesOf(page), pin });
  dumps = [await dumpDatabase(idp)];

  const headers = { 'Content-Type': 'text/plain' };
  await browser.send({ method: 'POST', path: action, body: canary.right, headers });
  await browser.send({ method: 'POST', path: action, body: form({ pin: canary.right, csrf: 'x' }) });
  await browser.send({ method: 'POST', path: action, body: form({ [canary.right]: canary.right }) });
  await browser.send({ path: `${action}?pin=${canary.right}` });
  await browser.send({ method: 'PUT', path: `${action}?pin=${canary.right}`, body: canary.right });
  await send({ tries: triesOf(page), pin: canary.right });
  page = await open();
  await send({ tries: '0', pin: canary.wrong, action: 'cancel' });
  page = await open();
  for (let turn = 0; turn < 2; turn += 1) page = await send({ tries: triesOf(page), pin: canary.second });
  await idp.app.rules.pin.lock(person.id);
  await send({ tries: triesOf(page), pin: canary.right });
  dumps.push(await dumpDatabase(idp));
});
afterAll(() => idp.stop());

const foundIn = (text: string): string[] =>
  Object.entries(canary).flatMap(([name, value]) => (text.includes(value) ? [name] : []));

describe('PIN-15 a PIN that was typed', () => {
  it('has been everywhere', async () => {
    const events = await pinEventsOf(idp, person);
    expect(new Set(events)).toEqual(new Set(['pin-asked', 'pin-wrong', 'pin-right', 'pin-cancelled']));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 303, 403, 405, 415, 422]));
    expect(answers.some(({ body }) => body.includes('Your PIN is locked'))).toBe(true);
    expect(idp.logLines.length).toBeGreaterThan(20);
  });

  it('is not in the log', () => {
    expect(foundIn(idp.logLines.join('\n'))).toEqual([]);
  });

  it('is not in the database, and so not in the journal', () => {
    const texts = dumps.flatMap((dump) => Object.entries(dump));
    expect(texts.filter(([name]) => name === 'journal')).toHaveLength(2);
    expect(texts.map(([name, text]) => [name, ...foundIn(text)]).filter(({ length }) => length > 1)).toEqual([]);
  });

  it('is not in the source of any page, its own field included, unless somebody put it into the address', () => {
    const pages = answers.map(({ body }) => body.replaceAll(/href="[^"]*\?pin=\d+&[^"]*"/g, '')); // links to other languages lead to this very address
    expect(foundIn(pages.join('\n'))).toEqual([]);
  });

  it('is not in an address or a cookie', () => {
    expect(foundIn(answers.map(({ headers }) => headers['location'] ?? '').join('\n'))).toEqual([]);
    expect(foundIn(answers.flatMap(({ cookies }) => cookies).join('\n'))).toEqual([]);
  });
});
