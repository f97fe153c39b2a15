// What the outside may set, each variable with its line of text: the README's table is tested against this file.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { jsonObject } from './json-object.ts';
import { passwordLeastOf } from './password-least.ts';
import { pinVariables } from './pin.ts';
import { registryOf, registryProblems, registryVariables } from './registry.ts';
import { lookVariables, readLook, type Deployment } from './look/look.ts';

/** A text variable that must match a pattern; the message says what was expected. */
const matching = (pattern: RegExp, expected: string) => z.string().regex(pattern, expected);
const wholeNumber = (from: number, to: number) => {
  const expected = `a whole number from ${from} to ${to}`;
  return matching(/^\d{1,6}$/, expected)
    .transform(Number)
    .refine((value) => value >= from && value <= to, expected);
};
const portOrOff = z
  .string()
  .regex(/^(off|\d{1,5})$/, 'a whole number from 1 to 65535, or off')
  .transform((text): number | 'off' => (text === 'off' ? text : Number(text)))
  .refine((value) => value === 'off' || (value > 0 && value < 65_536), 'a whole number from 1 to 65535, or off');
const flag = z.enum(['true', 'false'], 'true or false').transform((value) => value === 'true');
const isOrigin = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value;
};

export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'production, development or test')
    .default('development')
    .describe('`production` refuses to start without what must be given and never loads the sandbox'),
  PORT: wholeNumber(1, 65_535).default(3000).describe('Where Civic ID listens'),
  ISSUER: z
    .string()
    .refine(isOrigin, 'an http or https address without a path, such as https://id.example.org')
    .optional()
    .describe('The address that people and services see; `http://localhost:<PORT>` by default; https in production'),
  MONGODB_URI: matching(/^mongodb(\+srv)?:\/\/\S+$/, 'a mongodb:// or mongodb+srv:// address of a replica set')
    .optional()
    .describe('The store; database `civic-id` where it names none. Without it a local MongoDB is started'),
  DATA_DIR: z.string().min(1, 'a folder').default('.data').describe('Where the local MongoDB and local secrets live'),
  SECRETS_DIR: z
    .string()
    .min(1, 'a folder')
    .optional()
    .describe('One file a secret; `<DATA_DIR>/secrets` by default; must be given in production'),
  DEMO_PORT: portOrOff.default(3001).describe('Where the demo service listens; `off`: no demo'),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 8)
    .default(0)
    .describe('How many proxies stand in front; their `X-Forwarded-For` is believed that far and no further'),
  CLIENTS_FILE: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('JSON array of client metadata, applied at every start; a client that leaves the file is disabled'),
  BCRYPT_COST: wholeNumber(10, 15)
    .default(10)
    .describe('Work factor of new password verifiers; old ones follow at sign-in'),
  TERMS_VERSION: matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a day such as 2026-11-01')
    .default('2026-11-01')
    .describe('The day that the terms of use are from; whoever agreed to others is asked at the next sign-in'),
  ...pinVariables,
  NEW_DEVICE_CODES: z
    .enum(['on', 'off'], 'on or off')
    .default('on')
    .describe('Whether a first sign-in on a new browser asks for a code sent to the person'),
  PASSWORD_MIN: wholeNumber(8, 64)
    .optional()
    .describe('How many characters a new password needs; 8 by default where `NEW_DEVICE_CODES` is on, else 15'),
  SMTP_URL: matching(/^smtps?:\/\/\S+$/, 'an smtp:// or smtps:// address')
    .optional()
    .describe('The server that takes e-mail; with user and password where it wants them'),
  MAIL_FROM: matching(/^[^@\s<>]+@[^@\s<>]+$/, 'an e-mail address')
    .default('no-reply@localhost')
    .describe('From whom e-mail comes'),
  SMS_GATEWAY_URL: matching(/^https?:\/\/\S+$/, 'an http or https address')
    .optional()
    .describe('The gateway that takes SMS'),
  SMS_GATEWAY_METHOD: z.enum(['POST', 'PUT'], 'POST or PUT').default('POST').describe('How the gateway is called'),
  SMS_GATEWAY_HEADERS: jsonObject.default({}).describe('JSON object of headers for the gateway, such as its key'),
  SMS_GATEWAY_BODY: z
    .string()
    .default('{"to":"{{to}}","text":"{{text}}","id":"{{key}}"}')
    .describe('What is sent to the gateway; `{{to}}`, `{{text}}` and `{{key}}` are filled in'),
  SMS_COUNTRIES: matching(/^\d{1,3}(,\d{1,3})*$/, 'country codes with commas between, such as 7,375')
    .default('7')
    .transform((value) => value.split(','))
    .describe('Country codes that an SMS may go to'),
  ...registryVariables,
  ...lookVariables,
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent')
    .default('info')
    .describe('How much goes to the log'),
  ALLOW_PKCE_OPTIONAL: flag
    .default(false)
    .describe('Lets production accept clients with `pkce_optional`; for conformance testing only'),
  MONGOD: z
    .string()
    .min(1, 'a file')
    .optional()
    .describe('A `mongod` to use for the local MongoDB instead of finding one'),
  PATH: z.string().default('').describe('Where a `mongod` of the machine is looked for'),
});

type Parsed = z.infer<typeof environmentSchema>;

const settle = (parsed: Parsed, deployment: Deployment) => {
  const issuer = parsed.ISSUER ?? `http://localhost:${parsed.PORT}`;
  const dataDir = resolve(parsed.DATA_DIR);
  return {
    isProduction: parsed.NODE_ENV === 'production',
    port: parsed.PORT,
    issuer,
    mongodbUri: parsed.MONGODB_URI,
    dataDir,
    secretsDir: parsed.SECRETS_DIR === undefined ? join(dataDir, 'secrets') : resolve(parsed.SECRETS_DIR),
    demoPort: parsed.DEMO_PORT,
    trustedProxyHops: parsed.TRUSTED_PROXY_HOPS,
    clientsFile: parsed.CLIENTS_FILE,
    bcryptCost: parsed.BCRYPT_COST,
    termsVersion: parsed.TERMS_VERSION,
    pinDigits: parsed.PIN_DIGITS,
    pinNeeds: parsed.PIN_NEEDS,
    newDeviceCodes: parsed.NEW_DEVICE_CODES === 'on',
    passwordLeast: passwordLeastOf(parsed),
    passwordMin: parsed.PASSWORD_MIN,
    smtpUrl: parsed.SMTP_URL,
    mailFrom: parsed.MAIL_FROM,
    smsGateway:
      parsed.SMS_GATEWAY_URL === undefined
        ? undefined
        : {
            url: parsed.SMS_GATEWAY_URL,
            method: parsed.SMS_GATEWAY_METHOD,
            headers: parsed.SMS_GATEWAY_HEADERS,
            body: parsed.SMS_GATEWAY_BODY,
          },
    smsCountries: parsed.SMS_COUNTRIES,
    registry: registryOf(parsed),
    deployment,
    logLevel: parsed.LOG_LEVEL,
    allowPkceOptional: parsed.NODE_ENV !== 'production' || parsed.ALLOW_PKCE_OPTIONAL,
    mongod: parsed.MONGOD,
    path: parsed.PATH,
  };
};

export type Environment = ReturnType<typeof settle>;

const productionProblems = (parsed: Parsed): string[] => {
  if (parsed.NODE_ENV !== 'production') return [];
  return [
    ...(parsed.MONGODB_URI === undefined ? ['MONGODB_URI: must be given in production'] : []),
    ...(parsed.SECRETS_DIR === undefined ? ['SECRETS_DIR: must be given in production'] : []),
    ...(parsed.ISSUER?.startsWith('https://') ? [] : ['ISSUER: must be an https address in production']),
  ];
};

/** An empty variable counts as one that was not given, as in a compose file. */
const given = (variables: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    Object.entries(variables).filter(([name, value]) => name in environmentSchema.shape && value !== ''),
  );

/** Reads the environment. A problem names the variable and what was expected; it never repeats the value, which may hold a secret. */
export const readEnvironment = (
  variables: NodeJS.ProcessEnv = process.env,
): { outcome: 'read'; environment: Environment } | { outcome: 'wrong'; problems: string[] } => {
  const parsed = environmentSchema.safeParse(given(variables));
  if (!parsed.success) {
    return {
      outcome: 'wrong',
      problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: expected ${issue.message}`),
    };
  }

  const look = readLook(parsed.data);
  const problems = [
    ...productionProblems(parsed.data),
    ...registryProblems(parsed.data),
    ...(look.outcome === 'wrong' ? look.problems : []),
  ];
  if (look.outcome === 'wrong' || problems.length > 0) return { outcome: 'wrong', problems };

  return { outcome: 'read', environment: settle(parsed.data, look.deployment) };
};
