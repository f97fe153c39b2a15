// ATT-X01…X03, X10 on every form of a registration: nothing clever is taken, nothing of it is stored or logged.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBareBrowser, readBareForm, type BareRequest } from '../support/bare-http.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies, tooLong, wrongContainers } from '../support/clever-input.ts';
import { dumpDatabase } from '../support/database.ts';
import { allAreSent } from '../support/messages.ts';
import { lastCodeTo } from '../support/new-device.ts';
import { expectProperRefusal, marker } from '../support/proper-refusal.ts';
import { rosa, rosasEmail, rosasPassword } from '../support/registration.ts';

let idp: TestCivicId;
beforeAll(async () => {
  idp = await startCivicId();
});
afterAll(() => idp.stop());

const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const steps = ['', '/contact', '/code', '/password', '/check'] as const;

/** A browser whose next form is that of the step; each has a contact of its own. */
const openForm = async (step: (typeof steps)[number]) => {
  const contact = `step${steps.indexOf(step)}.${rosasEmail}`;
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/registration' }));
  const answers: (() => Promise<Record<string, string>>)[] = [
    async () => ({ ...rosa, from: '' }),
    async () => ({ contact }),
    async () => ({ code: await lastCodeTo(idp, contact) }),
    async () => ({ new_password: rosasPassword, new_password_again: rosasPassword }),
  ];
  const before = steps.indexOf(step);
  for (const [place, answer] of answers.slice(0, before).entries()) {
    const body = encoded({ csrf, ...(await answer()) });
    await browser.send({ method: 'POST', path: `/registration${steps[place] ?? ''}`, body });
  }
  await allAreSent(idp); // a message on its way would change its row meanwhile
  const fields = (await answers[before]?.()) ?? { terms: 'yes' };
  return { browser, path: `/registration${step}`, fields: { csrf, ...fields } };
};

describe.each(steps)('the form of /registration%s', (step) => {
  let form: Awaited<ReturnType<typeof openForm>>;
  beforeAll(async () => {
    form = await openForm(step);
  });
  const refuse = async (statuses: number[], ...requests: Partial<BareRequest>[]): Promise<void> => {
    const before = await dumpDatabase(idp);
    for (const request of requests) {
      const answer = await form.browser.send({ method: 'POST', path: form.path, ...request });
      expectProperRefusal(answer);
      expect(statuses).toContain(answer.status);
    }
    expect(await dumpDatabase(idp)).toEqual(before);
  };

  it('takes nothing clever in any of its fields', async () => {
    for (const field of Object.keys(form.fields)) {
      const others = encoded(Object.fromEntries(Object.entries(form.fields).filter(([name]) => name !== field)));
      const bodies = [...cleverNames(field), `${field}=1&${field}=2`];
      await refuse([400, 403], ...bodies.map((clever) => ({ body: `${others}&${clever}` })));
    }
  });
  it.each(strangeBodies)('refuses %s', (_what, strange) =>
    refuse([400], { body: `${encoded(form.fields)}&${strange}` }),
  );
  it.each(wrongContainers)('refuses %s', (_what, request) => refuse([400, 403, 415], request));
  it.each(tooLong)('refuses %s', (_what, request) => refuse([400, 403, 413], request));

  it('gives markup back as text and takes no harm from it', async () => {
    const body = encoded({
      ...Object.fromEntries(Object.keys(form.fields).map((name) => [name, marker])),
      csrf: form.fields.csrf,
    });
    const answer = await form.browser.send({ method: 'POST', path: form.path, body });
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toContain(marker);
  });
});

it('leaves what was typed in no log, no journal and, in clear, nowhere but on the account', async () => {
  const contact = `canary.${rosasEmail}`;
  const browser = createBareBrowser(idp.issuer);
  const { csrf } = readBareForm(await browser.follow({ path: '/registration' }));
  const post = (path: string, fields: Record<string, string>) =>
    browser.send({ method: 'POST', path: `/registration${path}`, body: encoded({ csrf, ...fields }) });
  await post('', { ...rosa, family_name: 'Канарейкина', from: '' });
  await post('/contact', { contact });
  const code = await lastCodeTo(idp, contact);
  await post('/code', { code });
  await post('/password', { new_password: rosasPassword, new_password_again: rosasPassword });
  const places = async (text: string) =>
    Object.entries(await dumpDatabase(idp)).flatMap(([name, dump]) => (dump.includes(text) ? [name] : []));

  expect(await places('Канарейкина')).toEqual([]); // no account yet, and the flow is sealed
  await post('/check', { terms: 'yes' });
  expect(await places('Канарейкина')).toEqual(['accounts']);
  expect(await places(contact)).toEqual(['accounts', 'identifiers']);
  expect(await places(rosasPassword)).toEqual([]);
  const log = idp.logLines.join('');
  for (const typed of ['Канарейкина', contact, code, rosasPassword]) expect(log).not.toContain(typed);
});
