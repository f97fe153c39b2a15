// One file a secret. Outside production what is missing is made once; in production it must be there.
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

const newKeyId = () => randomBytes(6).toString('hex');
const newKey = () => randomBytes(32).toString('base64url');
const newKeyedLine = () => `${newKeyId()} ${newKey()}\n`;

const newSigningKeys = () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const keys = [
    { ...ec, kid: newKeyId(), alg: 'ES256', use: 'sig' },
    { ...rsa, kid: newKeyId(), alg: 'RS256', use: 'sig' },
  ];
  return `${JSON.stringify({ keys }, null, 2)}\n`;
};

const newLine = () => `${newKey()}\n`;

const recipes = [
  { name: 'signing-keys.json', make: newSigningKeys, isSandboxOnly: false },
  { name: 'cookie-keys', make: newLine, isSandboxOnly: false },
  { name: 'password-peppers', make: newKeyedLine, isSandboxOnly: false },
  { name: 'pin-keys', make: newKeyedLine, isSandboxOnly: false },
  { name: 'identifier-key', make: newLine, isSandboxOnly: false },
  { name: 'client-secret-key', make: newLine, isSandboxOnly: false },
  { name: 'pairwise-key', make: newLine, isSandboxOnly: false },
  { name: 'csrf-key', make: newLine, isSandboxOnly: false },
  { name: 'demo-client-secret', make: newLine, isSandboxOnly: true },
] as const;
type SecretName = (typeof recipes)[number]['name'];

/** Makes the secrets that are missing, readable by this account alone; two makers at once agree on one of them. */
export const makeSecrets = (dir: string, { withSandbox }: { withSandbox: boolean }): void => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const { name, make, isSandboxOnly } of recipes) {
    if (existsSync(join(dir, name)) || (isSandboxOnly && !withSandbox)) continue;
    publish(dir, name, make());
  }
};

const isThereAlready = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';

/** A link appears whole or not at all, and never replaces what somebody else made meanwhile. */
const publish = (dir: string, name: SecretName, content: string): void => {
  const draft = join(dir, `.${name}.${process.pid}`);
  writeFileSync(draft, content, { mode: 0o600 });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, join(dir, name));
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  } finally {
    rmSync(draft);
  }
};

const jwksSchema = z.object({
  keys: z
    .array(
      z.looseObject({
        kty: z.string(),
        kid: z.string().min(1),
        alg: z.string().min(1),
        use: z.literal('sig'),
        d: z.string().min(1),
      }),
    )
    .min(1),
});
const keySchema = z.base64url().min(43, 'a key of at least 256 bits in base64url');
const keyedLineSchema = z
  .tuple([z.string().min(1), keySchema])
  .transform(([id, key]) => ({ id, key: Buffer.from(key, 'base64url') }));

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const parseKeys = (text: string) => z.array(keySchema).min(1).parse(linesOf(text));
const parseKey = (text: string) => Buffer.from(keySchema.parse(text.trim()), 'base64url');
const parseKeyedLines = (text: string) =>
  z
    .array(keyedLineSchema)
    .min(1)
    .parse(linesOf(text).map((line) => line.split(/\s+/)));

/** Reads all secrets of a folder. Problems name the file and never its content. */
export const readSecrets = (dir: string) => {
  const problems: string[] = [];
  const read = <T>(name: SecretName, expected: string, parse: (text: string) => T): T | undefined => {
    try {
      return parse(readFileSync(join(dir, name), 'utf8'));
    } catch {
      problems.push(`${name} (in SECRETS_DIR): expected ${expected}`);
      return undefined;
    }
  };

  const jwks = read('signing-keys.json', 'a JWK set of private signing keys, each with kid, alg and use', (text) =>
    jwksSchema.parse(JSON.parse(text)),
  );
  const cookieKeys = read('cookie-keys', 'one key a line, 256 bits in base64url, the current one first', parseKeys);
  const passwordPeppers = read(
    'password-peppers',
    'lines of an id and a 256-bit key in base64url, the current one first',
    parseKeyedLines,
  );
  const pinKeys = read(
    'pin-keys',
    'lines of an id and a 256-bit key in base64url, the current one first',
    parseKeyedLines,
  );
  const identifierKey = read('identifier-key', 'a 256-bit key in base64url', parseKey);
  const clientSecretKey = read('client-secret-key', 'a 256-bit key in base64url', parseKey);
  const pairwiseKey = read('pairwise-key', 'a 256-bit key in base64url', parseKey);
  const csrfKey = read('csrf-key', 'a 256-bit key in base64url', parseKey);
  if (
    !jwks ||
    !cookieKeys ||
    !passwordPeppers ||
    !pinKeys ||
    !identifierKey ||
    !clientSecretKey ||
    !pairwiseKey ||
    !csrfKey
  ) {
    return { outcome: 'wrong' as const, problems };
  }
  return {
    outcome: 'read' as const,
    secrets: { jwks, cookieKeys, passwordPeppers, pinKeys, identifierKey, clientSecretKey, pairwiseKey, csrfKey },
  };
};

export type Secrets = Extract<ReturnType<typeof readSecrets>, { outcome: 'read' }>['secrets'];

/** The demo's client secret; only the sandbox asks for it. */
export const readDemoClientSecret = (dir: string): string =>
  readFileSync(join(dir, 'demo-client-secret'), 'utf8').trim();
