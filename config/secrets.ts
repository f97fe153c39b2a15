// One file a secret. Outside production what is missing is made once; in production it must be there.
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

const newKeyId = () => randomBytes(6).toString('hex');
const newKey = () => randomBytes(32).toString('base64url');
const newKeyLine = () => `${newKey()}\n`;
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

const oneKey = 'a 256-bit key in base64url';
const keyLines = 'one 256-bit key a line in base64url, the current one first';
const keyedLines = 'lines of an id and a 256-bit key in base64url, the current one first';
const keySet = 'a JWK set of private signing keys, each with kid, alg and use';

/** Each file with what it holds and how a new one is made. */
const files = {
  jwks: { name: 'signing-keys.json', holds: keySet, make: newSigningKeys },
  cookieKeys: { name: 'cookie-keys', holds: keyLines, make: newKeyLine },
  passwordPeppers: { name: 'password-peppers', holds: keyedLines, make: newKeyedLine },
  pinKeys: { name: 'pin-keys', holds: keyedLines, make: newKeyedLine },
  sealingKeys: { name: 'sealing-keys', holds: keyedLines, make: newKeyedLine },
  identifierKey: { name: 'identifier-key', holds: oneKey, make: newKeyLine },
  codeKey: { name: 'code-key', holds: oneKey, make: newKeyLine },
  clientSecretKey: { name: 'client-secret-key', holds: oneKey, make: newKeyLine },
  pairwiseKey: { name: 'pairwise-key', holds: oneKey, make: newKeyLine },
  csrfKey: { name: 'csrf-key', holds: oneKey, make: newKeyLine },
};
const demoClientSecret = { name: 'demo-client-secret', make: newKeyLine };

const keyPattern = z.base64url().min(43);
const lines = z.string().transform((text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
);
const key = z
  .string()
  .trim()
  .pipe(keyPattern)
  .transform((text) => Buffer.from(text, 'base64url'));
const keys = lines.pipe(z.array(keyPattern).min(1));
const keyedLine = z
  .string()
  .transform((line) => line.split(/\s+/))
  .pipe(z.tuple([z.string().min(1), keyPattern]))
  .transform(([id, text]) => ({ id, key: Buffer.from(text, 'base64url') }));
const keyed = lines.pipe(z.array(keyedLine).min(1));

const jwk = z.looseObject({
  kty: z.string(),
  kid: z.string().min(1),
  alg: z.string().min(1),
  use: z.literal('sig'),
  d: z.string().min(1),
});
const parseJson = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
};

const secretsSchema = z.object({
  jwks: z
    .string()
    .transform(parseJson)
    .pipe(z.object({ keys: z.array(jwk).min(1) })),
  cookieKeys: keys,
  passwordPeppers: keyed,
  pinKeys: keyed,
  sealingKeys: keyed,
  identifierKey: key,
  codeKey: key,
  clientSecretKey: key,
  pairwiseKey: key,
  csrfKey: key,
});
export type Secrets = z.infer<typeof secretsSchema>;

/** Makes the secrets that are missing, readable by this account alone; two makers at once agree on one of them. */
export const makeSecrets = (dir: string, { withSandbox }: { withSandbox: boolean }): void => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const { name, make } of [...Object.values(files), ...(withSandbox ? [demoClientSecret] : [])]) {
    if (!existsSync(join(dir, name))) publish(dir, name, make());
  }
};

const isThereAlready = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';

/** A link appears whole or not at all, and never replaces what somebody else made meanwhile. */
const publish = (dir: string, name: string, content: string): void => {
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

const readOrNothing = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Reads all secrets of a folder. Problems name the file and never its content. */
export const readSecrets = (
  dir: string,
): { outcome: 'read'; secrets: Secrets } | { outcome: 'wrong'; problems: string[] } => {
  const texts = Object.entries(files).map(([secret, { name }]) => [secret, readOrNothing(join(dir, name))]);
  const parsed = secretsSchema.safeParse(Object.fromEntries(texts));
  if (parsed.success) return { outcome: 'read', secrets: parsed.data };

  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const problems = Object.entries(files)
    .filter(([secret]) => wrong.has(secret))
    .map(([, { name, holds }]) => `${name} (in SECRETS_DIR): expected ${holds}`);
  return { outcome: 'wrong', problems };
};

/** The demo's client secret; only the sandbox asks for it. */
export const readDemoClientSecret = (dir: string): string => readOrNothing(join(dir, demoClientSecret.name)).trim();
