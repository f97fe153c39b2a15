// A client's registration: the standard metadata is the engine's to check, these fields are ours.
import { z } from 'zod';

const resourceSchema = z.strictObject({
  indicator: z
    .url('must be an absolute URI')
    .refine((value) => !value.includes('#'), 'must be a URI without a fragment'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be a scope token')),
  access_token_format: z.enum(['jwt', 'opaque'], 'must be jwt or opaque'),
});
export type ClientResource = z.infer<typeof resourceSchema>;

const isHost = (value: string): boolean => URL.parse(`https://${value}`)?.host === value;

/** Metadata of ours; each is documented in docs/integrating.md. */
export const ownMetadataSchema = z.object({
  first_party: z.boolean('must be true or false').optional(),
  pkce_optional: z.boolean('must be true or false').optional(),
  sector: z.string('must be a host').refine(isHost, 'must be a host, such as pay.example.org').optional(),
  resources: z.array(resourceSchema, 'must be a list').optional(),
  resource_indicators: z.array(z.url('must be an absolute URI'), 'must be a list').optional(),
});
export const ownMetadataNames = Object.keys(ownMetadataSchema.shape);

const clientIdPattern = /^[\w~.-][\w~.:/-]{0,127}$/;
const registrationSchema = ownMetadataSchema.extend({
  client_id: z
    .string('must be a text')
    .regex(clientIdPattern, 'must be letters, digits and - _ . ~ : / only')
    .refine((id) => !(id in Object.prototype) && id !== 'prototype', 'is reserved'),
  token_endpoint_auth_method: z.string().optional(),
  grant_types: z.array(z.string()).optional(),
  redirect_uris: z
    .array(
      z.string().refine((uri) => URL.canParse(uri), 'must be an absolute URI'),
      'must be a list',
    )
    .optional(),
});

export type ClientMetadataRecord = Record<string, unknown> & { client_id: string };

/** Undefined for a scheme of an app's own, which has no host. */
const hostOf = (uri: string | undefined): string | undefined => URL.parse(uri ?? '')?.host || undefined;

/** Standard metadata that follows from ours. Administrators register clients, so a sector needs no file of its own there. */
const completed = (
  metadata: Record<string, unknown>,
  { client_id, redirect_uris = [], sector }: z.infer<typeof registrationSchema>,
): ClientMetadataRecord => {
  if (redirect_uris.length === 0) {
    return {
      grant_types: ['client_credentials'],
      response_types: [],
      ...metadata,
      client_id,
      redirect_uris,
      subject_type: 'public',
    };
  }
  const host = sector ?? hostOf(redirect_uris[0]);
  return {
    ...metadata,
    client_id,
    ...(host === undefined ? {} : { sector: host, sector_identifier_uri: `https://${host}` }),
  };
};

/** Checks what is ours and completes the rest; a problem begins with the field it is about. */
export const readClientMetadata = (
  metadata: unknown,
  { allowPkceOptional }: { allowPkceOptional: boolean },
): { outcome: 'read'; metadata: ClientMetadataRecord } | { outcome: 'invalid'; problem: string } => {
  const record = z.record(z.string(), z.unknown()).safeParse(metadata);
  if (!record.success) return { outcome: 'invalid', problem: 'must be an object' };

  const own = registrationSchema.safeParse(metadata);
  if (!own.success) {
    const [issue] = own.error.issues;
    return {
      outcome: 'invalid',
      problem: `${issue?.path.join('.') ?? 'metadata'} ${issue?.message ?? 'is not valid'}`,
    };
  }
  if (own.data.pkce_optional === true && !allowPkceOptional) {
    return { outcome: 'invalid', problem: 'pkce_optional is refused in production unless ALLOW_PKCE_OPTIONAL=true' };
  }
  const {
    redirect_uris: [first] = [],
    sector,
    token_endpoint_auth_method: method,
    grant_types: grants = [],
  } = own.data;
  if (method === 'none' && (first === undefined || grants.includes('client_credentials'))) {
    return { outcome: 'invalid', problem: 'token_endpoint_auth_method must not be none for client_credentials' };
  }
  if (first !== undefined && sector === undefined && hostOf(first) === undefined) {
    const isApp = record.data['application_type'] === 'native';
    const problem = isApp
      ? 'sector must be given where the first redirect URI has no host'
      : 'redirect_uris must have a host';
    return { outcome: 'invalid', problem };
  }
  return { outcome: 'read', metadata: completed(record.data, own.data) };
};
