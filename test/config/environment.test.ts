// What may be set from outside, and what is said when it is wrong: the variable, what was expected, never the value.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  environmentSchema,
  makeSecrets,
  readDemoClientSecret,
  readEnvironment,
  readSecrets,
  tellPasswordLeast,
} from '../../config/index.ts';
import { configurationRows, readConfigurationTable, renderConfigurationTable } from '../support/configuration-table.ts';

const problemsOf = (variables: NodeJS.ProcessEnv): string[] => {
  const read = readEnvironment(variables);
  return read.outcome === 'wrong' ? read.problems : [];
};
const environmentOf = (variables: NodeJS.ProcessEnv) => {
  const read = readEnvironment(variables);
  if (read.outcome === 'wrong') throw new Error(read.problems.join('; '));
  return read.environment;
};

describe('every variable', () => {
  it.each(Object.entries(environmentSchema.shape))('has its line of text: %s', (name, schema) => {
    expect(name).toMatch(/^[A-Z][A-Z_]+$/);
    expect(schema.description).toMatch(/^[\p{L}`].{10,}[^.]$/u);
  });

  it('stands in the README with its default and its text', () => {
    expect(readConfigurationTable(readFileSync('README.md', 'utf8'))).toEqual(configurationRows());
  });

  it('can be put into the README', () => {
    expect(readConfigurationTable(`# Title\n\n${renderConfigurationTable()}\n\nMore`)).toEqual(configurationRows());
  });
});

describe('a wrong value', () => {
  const port = 'a whole number from 1 to 65535';
  const pinNeeds = 'phone and, with commas between, email and one of standard and confirmed';
  const registry = 'an http or https address, without a password in it';
  const mongodb = 'a mongodb:// or mongodb+srv:// address of a replica set';
  const address = 'an http or https address without a path, such as https://id.example.org';
  it.each([
    ['NODE_ENV', 'staging', 'production, development or test'],
    ['NODE_ENV', 'Production', 'production, development or test'],
    ['PORT', '0', port],
    ['PORT', '65536', port],
    ['PORT', '3000.5', port],
    ['PORT', ' 3000', port],
    ['PORT', '-1', port],
    ['PORT', '1e3', port],
    ['PORT', '٣٠٠٠', port],
    ['PORT', 'tcp://10.0.0.1:3000', port],
    ['ISSUER', 'id.example.org', address],
    ['ISSUER', 'https://id.example.org/', address],
    ['ISSUER', 'https://id.example.org/path', address],
    ['ISSUER', 'https://user:word@id.example.org', address],
    ['ISSUER', 'https://ID.example.org', address],
    ['ISSUER', 'ftp://id.example.org', address],
    ['MONGODB_URI', 'postgres://user:word@db/civic', mongodb],
    ['REGISTRY_URL', 'registry.example.org', registry],
    ['REGISTRY_URL', 'https://user:word@registry.example.org/check', registry],
    ['REGISTRY_URL', 'ftp://registry.example.org', registry],
    ['REGISTRY_HEADERS', '{"Authorization":1}', 'a JSON object of texts'],
    ['MONGODB_URI', 'mongodb://', mongodb],
    ['DEMO_PORT', 'none', `${port}, or off`],
    ['DEMO_PORT', '0', `${port}, or off`],
    ['TRUSTED_PROXY_HOPS', '9', 'a whole number from 0 to 8'],
    ['TRUSTED_PROXY_HOPS', 'true', 'a whole number from 0 to 8'],
    ['BCRYPT_COST', '9', 'a whole number from 10 to 15'],
    ['BCRYPT_COST', '31', 'a whole number from 10 to 15'],
    ['PIN_DIGITS', '5', '4 or 6'],
    ['PIN_NEEDS', 'email,confirmed', pinNeeds],
    ['PIN_NEEDS', 'phone,phone', pinNeeds],
    ['PIN_NEEDS', 'phone,', pinNeeds],
    ['PIN_NEEDS', 'phone, email', pinNeeds],
    ['PIN_NEEDS', 'phone,basic', pinNeeds],
    ['PIN_NEEDS', 'phone,standard,confirmed', pinNeeds],
    ['PASSWORD_MIN', '7', 'a whole number from 8 to 64'],
    ['PASSWORD_MIN', '65', 'a whole number from 8 to 64'],
    ['DEPLOYMENT_NAME', '<b>City</b>', 'a line of 1 to 40 letters without < and >'],
    ['DEPLOYMENT_NAME', ' City', 'a line of 1 to 40 letters without < and >'],
    ['DEPLOYMENT_NAME', 'City\u202eID', 'a line of 1 to 40 letters without < and >'],
    ['DEPLOYMENT_NAME', 'x'.repeat(41), 'a line of 1 to 40 letters without < and >'],
    ['DEPLOYMENT_ADDRESS', '1 Main Street\nCity', 'a line of 1 to 200 letters without < and >'],
    ['DEPLOYMENT_ADDRESS', 'x'.repeat(201), 'a line of 1 to 200 letters without < and >'],
    ['ACCENT_COLOUR', '#0b5', 'a colour such as #0b5c6b'],
    ['ACCENT_COLOUR', 'teal', 'a colour such as #0b5c6b'],
    ['ACCENT_COLOUR_DARK', '#5cc3d4ff', 'a colour such as #0b5c6b'],
    ['LOG_LEVEL', 'loud', 'debug, info, warn, error or silent'],
    ['ALLOW_PKCE_OPTIONAL', 'yes', 'true or false'],
    ['ALLOW_PKCE_OPTIONAL', '1', 'true or false'],
  ])('is named with what was expected, and never repeated: %s=%s', (name, value, expected) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name}: expected ${expected}`]);
  });

  it('is said to be wrong for each variable that has a rule', () => {
    const files = ['DATA_DIR', 'SECRETS_DIR', 'CLIENTS_FILE', 'MARK_FILE', 'THEME_FILE', 'MONGOD', 'PATH'];
    const free = [...files, 'SUPPORT_CONTACT', 'SMS_GATEWAY_BODY'];
    const secret = '\u0007 my <secret> value';
    for (const name of Object.keys(environmentSchema.shape).filter((variable) => !free.includes(variable))) {
      const problems = problemsOf({ [name]: secret });
      expect([name, problems]).toEqual([name, [expect.stringMatching(new RegExp(`^${name}: expected .{4,}`))]]);
      expect(problems.join()).not.toMatch(/secret|Invalid/);
    }
  });

  it('is one of several that are all named', () => {
    const problems = problemsOf({ PORT: 'x', ISSUER: 'y', BCRYPT_COST: 'z' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['PORT', 'ISSUER', 'BCRYPT_COST']);
  });
});

describe('without any variable', () => {
  it('the defaults are those of a laptop', () => {
    expect(environmentOf({})).toMatchObject({
      isProduction: false,
      port: 3000,
      issuer: 'http://localhost:3000',
      mongodbUri: undefined,
      dataDir: resolve('.data'),
      secretsDir: resolve('.data/secrets'),
      demoPort: 3001,
      trustedProxyHops: 0,
      clientsFile: undefined,
      bcryptCost: 10,
      logLevel: 'info',
      allowPkceOptional: true,
    });
  });

  it('what follows from another follows it', () => {
    expect(environmentOf({ PORT: '4000', DATA_DIR: '/tmp/x' })).toMatchObject({
      issuer: 'http://localhost:4000',
      secretsDir: '/tmp/x/secrets',
    });
    expect(environmentOf({ SECRETS_DIR: 'here', DEMO_PORT: 'off' })).toMatchObject({
      secretsDir: resolve('here'),
      demoPort: 'off',
    });
  });

  it('an empty one and an unknown one count for nothing', () => {
    const empty = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, '']));
    expect(environmentOf({ ...empty, HOME: '/root', port: 'x', constructor: 'x' })).toEqual(environmentOf({}));
  });
});

describe('what a PIN needs', () => {
  it('is all of it by default, and less where it is said', () => {
    expect(environmentOf({}).pinNeeds).toEqual(['email', 'phone', 'confirmed']);
    expect(environmentOf({ PIN_NEEDS: 'phone' }).pinNeeds).toEqual(['phone']);
    expect(environmentOf({ PIN_NEEDS: 'standard,phone' }).pinNeeds).toEqual(['standard', 'phone']);
  });
});

describe('the length of a password', () => {
  it.each([
    [{}, 8, 'at least 8 characters, because a new browser needs a code as well'],
    [{ NEW_DEVICE_CODES: 'off' }, 15, 'at least 15 characters, because nothing else is asked for on a new browser'],
    [{ PASSWORD_MIN: '12' }, 12, 'at least 12 characters, as PASSWORD_MIN says'],
    [{ PASSWORD_MIN: '20', NEW_DEVICE_CODES: 'off' }, 20, 'at least 20 characters, as PASSWORD_MIN says'],
  ])('follows from what else is asked for, and the start says why: %j', (variables, least, said) => {
    const environment = environmentOf(variables);
    expect(environment.passwordLeast).toBe(least);
    expect(tellPasswordLeast(environment)).toEqual({ line: `Passwords: ${said}`, warning: undefined });
  });

  it('below what the rule gives is warned of', () => {
    const environment = environmentOf({ PASSWORD_MIN: '10', NEW_DEVICE_CODES: 'off' });
    expect(environment.passwordLeast).toBe(10);
    expect(tellPasswordLeast(environment)).toEqual({
      line: 'Passwords: at least 10 characters, as PASSWORD_MIN says',
      warning: 'PASSWORD_MIN is 10: 15 characters are due, because nothing else is asked for on a new browser',
    });
  });
});

describe('production', () => {
  const given = {
    NODE_ENV: 'production',
    MONGODB_URI: 'mongodb://db/civic-id',
    SECRETS_DIR: '/run/secrets',
    ISSUER: 'https://id.example.org',
  };

  it('needs store, secrets and an https address, and names all that is missing', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'MONGODB_URI: must be given in production',
      'SECRETS_DIR: must be given in production',
      'ISSUER: must be an https address in production',
    ]);
    for (const name of ['MONGODB_URI', 'SECRETS_DIR', 'ISSUER']) {
      expect(problemsOf({ ...given, [name]: '' })).toEqual([expect.stringMatching(`^${name}: must be`)]);
    }
    expect(problemsOf({ ...given, ISSUER: 'http://id.example.org' })).toEqual([
      'ISSUER: must be an https address in production',
    ]);
  });

  it('starts with all of them', () => {
    expect(environmentOf(given)).toMatchObject({ isProduction: true, issuer: 'https://id.example.org' });
  });

  it('lets clients do without PKCE only where it is said in so many words', () => {
    expect(environmentOf(given).allowPkceOptional).toBe(false);
    expect(environmentOf({ ...given, ALLOW_PKCE_OPTIONAL: 'false' }).allowPkceOptional).toBe(false);
    expect(environmentOf({ ...given, ALLOW_PKCE_OPTIONAL: 'true' }).allowPkceOptional).toBe(true);
  });
});

describe('secrets', () => {
  let dir: string;
  let secrets: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'civic-id-config-'));
    secrets = join(dir, 'new', 'secrets');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  const filesIn = (folder: string) =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const problems = () => {
    const read = readSecrets(secrets);
    return read.outcome === 'wrong' ? read.problems : [];
  };

  it('are made once, for this account’s eyes alone', () => {
    const umask = process.umask(0);
    makeSecrets(secrets, { withSandbox: true });
    process.umask(umask);

    expect(modeOf(secrets)).toBe('700');
    const made = filesIn(secrets);
    expect(Object.keys(made).length).toBeGreaterThan(6);
    for (const name of Object.keys(made)) expect([name, modeOf(join(secrets, name))]).toEqual([name, '600']);
    expect(readSecrets(secrets).outcome).toBe('read');
    expect(readDemoClientSecret(secrets)).toMatch(/^[\w-]{43}$/);

    makeSecrets(secrets, { withSandbox: true });
    expect(filesIn(secrets)).toEqual(made);
  });

  it('are another set in each folder, and no two of a folder are the same', () => {
    const other = join(dir, 'other');
    for (const folder of [secrets, other]) makeSecrets(folder, { withSandbox: true });
    const all = [...Object.values(filesIn(secrets)), ...Object.values(filesIn(other))];
    expect(new Set(all).size).toBe(all.length);
  });

  it('that are missing are made beside those that are there', () => {
    makeSecrets(secrets, { withSandbox: true });
    const made = filesIn(secrets);
    rmSync(join(secrets, 'csrf-key'));
    makeSecrets(secrets, { withSandbox: true });
    const again = filesIn(secrets);
    expect(again['csrf-key']).not.toBe(made['csrf-key']);
    expect({ ...again, 'csrf-key': '' }).toEqual({ ...made, 'csrf-key': '' });
  });

  it('of the sandbox are not made for production', () => {
    makeSecrets(secrets, { withSandbox: false });
    expect(existsSync(join(secrets, 'demo-client-secret'))).toBe(false);
    expect(readSecrets(secrets).outcome).toBe('read');
  });

  it('are the same for all who make them at once', async () => {
    const maker = fileURLToPath(new URL('secret-maker.ts', import.meta.url));
    const said = await Promise.all(
      Array.from({ length: 4 }, () => {
        const child = spawn(process.execPath, [maker, secrets], { stdio: ['ignore', 'pipe', 'inherit'] });
        return text(child.stdout);
      }),
    );
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^\[\{"outcome":"read"/);
    expect(readdirSync(secrets).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that are missing are named, all of them', () => {
    makeSecrets(secrets, { withSandbox: false });
    const names = readdirSync(secrets).sort();
    rmSync(secrets, { recursive: true });
    expect(
      problems()
        .map((problem) => problem.split(' ')[0])
        .sort(),
    ).toEqual(names);
    for (const problem of problems()) expect(problem).toMatch(/^[\w.-]+ \(in SECRETS_DIR\): expected .{10,}/);
  });

  it.each([
    ['signing-keys.json', 'not json'],
    ['signing-keys.json', '{"keys":[]}'],
    ['signing-keys.json', '{"keys":[{"kty":"EC","kid":"my-secret","alg":"ES256","use":"sig","crv":"P-256"}]}'],
    ['signing-keys.json', '[]'],
    ['cookie-keys', ''],
    ['cookie-keys', 'my-secret'],
    ['password-peppers', 'k'.repeat(43)],
    ['password-peppers', 'id my-secret'],
    ['password-peppers', `id ${'k'.repeat(43)} my-secret`],
    ['identifier-key', 'my-secret'],
    ['identifier-key', `${'k'.repeat(43)}\n${'k'.repeat(43)}`],
    ['identifier-key', `${'k'.repeat(42)}!`],
    ['pairwise-key', ' '],
    ['csrf-key', 'x'.repeat(10)],
  ])('that are damaged are named and not shown: %s with %j', (name, content) => {
    makeSecrets(secrets, { withSandbox: false });
    writeFileSync(join(secrets, name), content);
    expect(problems()).toEqual([expect.stringMatching(new RegExp(`^${name} \\(in SECRETS_DIR\\): expected `))]);
    expect(problems().join()).not.toContain('my-secret');
  });

  it('may be edited by hand: line ends, blanks and older keys behind the current one', () => {
    makeSecrets(secrets, { withSandbox: false });
    const old = 'k'.repeat(43);
    for (const [name, added] of [
      ['cookie-keys', old],
      ['password-peppers', `old   ${old}`],
    ] as const) {
      const file = join(secrets, name);
      chmodSync(file, 0o600);
      writeFileSync(file, `\r\n${readFileSync(file, 'utf8').trim()}\r\n\r\n  ${added}  \r\n`);
    }
    const read = readSecrets(secrets);
    if (read.outcome === 'wrong') throw new Error(read.problems.join());
    expect(read.secrets.cookieKeys).toHaveLength(2);
    expect(read.secrets.cookieKeys[1]).toBe(old);
    expect(read.secrets.passwordPeppers.map(({ id }) => id)[1]).toBe('old');
  });
});
