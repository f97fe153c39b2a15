// The registry of people that answers for the level `standard`.
import { z } from 'zod';
import { jsonObject } from './json-object.ts';

const isAddress = (value: string): boolean => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};

export const registryVariables = {
  REGISTRY_URL: z
    .string()
    .refine(isAddress, 'an http or https address, without a password in it')
    .optional()
    .describe(
      'The registry that checks passport, SNILS and birth date; https in production, where without it nobody can raise their level',
    ),
  REGISTRY_HEADERS: jsonObject.default({}).describe('JSON object of headers for the registry, such as its key'),
};

interface Parsed {
  NODE_ENV: string;
  REGISTRY_URL?: string | undefined;
  REGISTRY_HEADERS: Record<string, string>;
}

export const registryOf = ({ REGISTRY_URL: url, REGISTRY_HEADERS: headers }: Parsed) =>
  url === undefined ? undefined : { url, headers };

export const registryProblems = ({ NODE_ENV: mode, REGISTRY_URL: url }: Parsed): string[] =>
  mode === 'production' && url !== undefined && !url.startsWith('https://')
    ? ['REGISTRY_URL: must be an https address in production']
    : [];
