// ATT-X01…X03, X08, X13: every new field of the account and of the second factor takes text and nothing cleverer; what is no good changes nothing and is no error of ours.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../../config/index.ts';
import { openAccount } from '../support/account.ts';
import { sendBare } from '../support/bare-http.ts';
import { createBrowserAgent, readForm, type BrowserAgent, type PageView } from '../support/browser-agent.ts';
import { startCivicId, type TestCivicId } from '../support/civic-id.ts';
import { cleverNames, strangeBodies, tooLong, wrongContainers } from '../support/clever-input.ts';
import { give, newEmail } from '../support/contacts.ts';
import { dumpDatabase } from '../support/database.ts';
import { typePassword } from '../support/new-device.ts';
import { newService } from '../support/new-service.ts';
import { personWithPasskey } from '../support/passkeys.ts';
import { signInAndAllow } from '../support/people.ts';
import { newReadyPerson } from '../support/pin-setting.ts';
import { expectProperRefusal } from '../support/proper-refusal.ts';
import { appCode, newPersonWithApp } from '../support/second-factor.ts';
import { failuresOf } from '../support/step-up.ts';

interface OpenForm {
  agent: BrowserAgent;
  page: PageView;
}

let idp: TestCivicId;
let own: BrowserAgent;
/** Somebody else, who has a passkey. */
let passkeyOwner: BrowserAgent;
let clientId: string;
let passkeyId: string;
/** Before the page that asks for a factor: to end a sign-in, and to prove who it is. */
let signingIn: OpenForm;
let proving: OpenForm;

beforeAll(async () => {
  // What is refused here is refused for what it is, not for how often.
  const factorAttempts = { ...limits.factorAttempts, free: 10_000 };
  idp = await startCivicId({ limits: { factorAttempts, codes: { ...limits.codes, submissions: 10_000 } } });

  const { person: withApp } = await newPersonWithApp(idp);
  const first = await typePassword(idp, withApp);
  await first.agent.submit(first.page, { code: appCode(withApp.secret) });
  await idp.age(6);
  const proof = await first.agent.open('/account/factors/recovery-codes');
  proving = { agent: first.agent, page: await first.agent.submit(proof, { password: withApp.password }) };

  const person = await newReadyPerson(idp, { level: 'basic' });
  own = createBrowserAgent(idp.issuer);
  const service = await newService(idp);
  clientId = service.metadata.client_id;
  const request = await service.begin();
  await request.finish((await signInAndAllow(own, request.url, person)).url);
  await openAccount(idp, person, { agent: own });
  await own.submit(await own.open('/account/profile'), { language: 'en', zone: 'Europe/Moscow', notices: 'new' });
  await give({ agent: own }, 'email', newEmail());
  await own.submit(await own.open('/account/factors/app'), { action: 'begin' });
  signingIn = await typePassword(idp, withApp);

  const other = await personWithPasskey(idp);
  passkeyOwner = other.agent;
  passkeyId = (await idp.app.services.passkeys.list(other.person.id))[0]?.id ?? '';
});
afterEach(() => expect(failuresOf(idp)).toEqual([]));
afterAll(() => idp.stop());

const openIn = async (agent: BrowserAgent, path: string): Promise<OpenForm> => ({
  agent,
  page: await agent.open(path),
});
const at = (path: string) => () => openIn(own, path);
const stepOf = (form: () => OpenForm, way: string) => async (): Promise<OpenForm> => {
  const { agent, page } = form();
  return { agent, page: await agent.open(new URL(page.url, idp.issuer).pathname.replace('totp', way)) };
};

/** `texts`: fields for what a person types or a page sends back; `isFree`: any text is a good one. */
interface Form {
  texts: string[];
  others?: string[];
  isFree?: boolean;
  open: () => Promise<OpenForm>;
}
const forms: [string, Form][] = [
  ['the name', { texts: ['family_name', 'given_name', 'middle_name'], open: at('/account/profile/name') }],
  ['the preferences', { texts: ['zone'], others: ['language', 'notices'], open: at('/account/profile') }],
  ['a new phone', { texts: ['phone'], open: at('/account/contacts/phone') }],
  ['a new e-mail', { texts: ['email'], open: at('/account/contacts/email') }],
  ['the code to a contact', { texts: ['code'], others: ['action'], open: at('/account/contacts/code') }],
  ['the app', { texts: [], others: ['action'], open: at('/account/factors/app') }],
  ['the first code of an app', { texts: ['code'], open: at('/account/factors/app/code') }],
  ['codes by SMS', { texts: [], others: ['action'], open: at('/account/factors/sms') }],
  ['the name of a passkey', { texts: ['name'], open: at('/account/passkeys/add') }],
  [
    'another name of a passkey',
    {
      texts: ['name'],
      others: ['key'],
      isFree: true,
      open: () => openIn(passkeyOwner, `/account/passkeys/rename?key=${passkeyId}`),
    },
  ],
  ['a passkey that goes', { texts: ['remove'], open: () => openIn(passkeyOwner, '/account/passkeys') }],
  ['a service that goes', { texts: ['service'], open: () => at(`/account/services/withdraw?service=${clientId}`)() }],
  ['the deletion', { texts: ['account_digits'], open: at('/account/delete') }],
  ['the download', { texts: [], open: at('/account/data') }],
  ['a code at sign-in', { texts: ['code'], others: ['action'], open: stepOf(() => signingIn, 'totp') }],
  ['a recovery code at sign-in', { texts: ['recovery_code'], open: stepOf(() => signingIn, 'recovery') }],
  ['a code to prove it', { texts: ['code'], open: stepOf(() => proving, 'totp') }],
  ['a recovery code to prove it', { texts: ['recovery_code'], open: stepOf(() => proving, 'recovery') }],
];

const oddTexts: [string, string][] = [
  ['nothing', ''],
  ['spaces', ' \u00a0\u2003\t '],
  ['control characters', '\u0001\u0007\u001b[31m\u0085'],
  ['lines', 'a\r\nSet-Cookie: a=b\r\n\r\nb'],
  ['a NUL', '00\u00000000'],
  ['right-to-left', '\u202e\u2067авог\u2069\u202c'],
  ['marks without a letter', '\u0301\u0308'.repeat(200)],
  ['nothing visible', '\u200b\u200d\ufeff'],
  ['seven hundred letters', 'я'.repeat(700)],
  ['fifteen thousand digits', '1'.repeat(15_000)],
  ['digits of another script', '１２３٤٥٦'],
  ['a number that is none', '1e5'],
  ['an operator', '{"$ne":null}'],
  ['markup', '"><img src=x onerror=alert(1)>'],
  ['a template', '<%= 7*7 %>${7*7}{{7*7}}'],
  ['a path', '../../../etc/passwd'],
  ['a prototype', '__proto__'],
];

/** What a person has: nothing of what is typed here may change it. */
const holdings = [
  'accounts',
  'identifiers',
  'contact_changes',
  'totp_factors',
  'sms_factors',
  'recovery_codes',
  'passkeys',
  'consents',
  'oidc_grant',
  'messages',
];
/** When a record was written last, and the counter by which writers wait for each other. */
const counters = /"(updatedAt|signIns)":[^,}]+/g;
const readHoldings = async () => {
  const dump = await dumpDatabase(idp);
  const fingerprint = (text = ''): string => createHash('sha256').update(text.replace(counters, '')).digest('hex');
  return Object.fromEntries(holdings.map((name) => [name, fingerprint(dump[name])]));
};

describe.each(forms)('the form of %s', (_name, { texts, others = [], isFree = false, open }) => {
  const openBare = async () => {
    const { agent, page } = await open();
    expect(page.status).toBe(200);
    const { action, hidden } = readForm(page.html);
    const path = new URL(action === '' ? page.url : action, idp.issuer).pathname;
    const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
      sendBare(idp.issuer, {
        method: 'POST',
        path,
        body,
        headers: { Cookie: agent.cookieFor(path), 'Sec-Fetch-Site': 'same-origin', ...headers },
      });
    return { hidden, send };
  };

  it('refuses lists, objects, prototypes, unknown names, other containers and what is too long', async () => {
    const before = await readHoldings();
    const { hidden, send } = await openBare();
    const csrf = `csrf=${encodeURIComponent(hidden['csrf'] ?? '')}`;
    const fields = [...texts, ...others, 'csrf'];
    const bodies = [
      ...fields.flatMap(cleverNames),
      ...[...texts, ...others].map((field) => `${field}=1&${field}=2`),
      ...strangeBodies.map(([, body]) => body),
    ];
    for (const body of bodies) {
      const answer = await send(`${csrf}&${body}`);
      expectProperRefusal(answer);
      expect([body.slice(0, 60), answer.status]).toEqual([body.slice(0, 60), 400]);
    }
    for (const [, { body = '', headers }] of [...wrongContainers, ...tooLong]) {
      const answer = await send(body, headers);
      expectProperRefusal(answer);
    }
    expectProperRefusal(await send(`${csrf}&${texts[0] ?? 'action'}=${'a'.repeat(10_000_000)}`));
    expect(await readHoldings()).toEqual(before);
  });

  it('takes odd text as text, which changes nothing', async () => {
    const before = await readHoldings();
    const { hidden, send } = await openBare();
    for (const field of texts) {
      for (const [what, text] of oddTexts) {
        const standing = { family_name: '1', given_name: 'Б', language: 'en', notices: 'new' };
        const rest = Object.entries(standing).filter(([name]) => [...texts, ...others].includes(name));
        const typed = new URLSearchParams({ ...hidden, ...Object.fromEntries(rest), [field]: text }).toString();
        const { status, body } = await send(typed);
        const isOurs = [200, 303, 400, 422].includes(status);
        expect([field, what, status, isOurs]).toEqual([field, what, status, true]);
        expect(body.includes('<img src=x')).toBe(false);
        expect(body.includes('494949')).toBe(false);
        const outsideItsField = body.replaceAll(/ value="[^"]*"/g, '');
        expect([what, /[\p{Cc}\u202e]/u.test(outsideItsField.replaceAll(/\s/g, ' '))]).toEqual([what, false]);
      }
    }
    if (!isFree) expect(await readHoldings()).toEqual(before);
  });
});

it('what stands under somebody else’s name, cookie or address is nobody else’s', async () => {
  const somebody = await newReadyPerson(idp);
  const { agent } = await openAccount(idp, somebody, { path: '/account/factors/app' });
  const before = await readHoldings();
  const csrf = readForm((await agent.open('/account/factors/app')).html).hidden['csrf'] ?? '';
  const cookieOf = (owner: BrowserAgent, path: string, name: string) =>
    owner
      .cookieFor(path)
      .split(/;\s*/)
      .find((pair) => pair.startsWith(`${name}=`)) ?? 'none';

  /** Theirs, with the cookie of whoever began it. */
  const stolen: [string, string, BrowserAgent, Record<string, string>][] = [
    ['/account/factors/app/code', 'civic_factor', own, { code: '000000' }],
    ['/account/contacts/code', 'civic_contact', own, { code: '000000' }],
    ['/account/proof-code/by-totp/factors/recovery-codes', 'civic_proof', proving.agent, { code: '000000' }],
  ];
  for (const [path, name, owner, fields] of stolen) {
    const cookie = cookieOf(owner, path, name);
    expect([name, cookie]).toEqual([name, expect.stringContaining('=')]);
    const Cookie = `${agent.cookieFor(path)}; ${cookie}`;
    const answers = [
      await agent.get(path, { Cookie }),
      await agent.post(path, new URLSearchParams({ csrf, ...fields }).toString(), { Cookie }),
    ];
    for (const { status, headers, text } of answers) {
      expect([path, status]).toEqual([path, 303]);
      expect(headers['location']).not.toMatch(/\/code$|proof-code/);
      expect(text).not.toMatch(/[A-Z2-7]{4} [A-Z2-7]{4} [A-Z2-7]{4}/); // the secret of an app
    }
  }

  const theirs: [string, Record<string, string>][] = [
    ['/account/passkeys', { remove: passkeyId }],
    ['/account/passkeys/rename', { key: passkeyId, name: 'mine' }],
    ['/account/services/withdraw', { service: clientId }],
  ];
  for (const [path, fields] of theirs) {
    const answer = await agent.post(path, new URLSearchParams({ csrf, ...fields }).toString());
    expect([path, answer.status]).toEqual([path, 303]);
  }
  const page = new URL(signingIn.page.url, idp.issuer).pathname;
  const answer = await agent.post(page, new URLSearchParams({ csrf, code: '000000' }).toString());
  expect([303, 400, 403, 404]).toContain(answer.status);
  expect(await readHoldings()).toEqual(before);
});
