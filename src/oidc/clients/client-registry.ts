// Services enter by a file or by the sandbox; whatever they bring is checked by us and by the engine before it is stored.
import { errors } from 'oidc-provider';
import { readClientMetadata, type ClientMetadataRecord } from './client-metadata.ts';
import { ownClientId } from '../own-account/own-client.ts';
import type { ClientManager, ClientStore } from './client-store.ts';

interface Needs {
  clients: ClientStore;
  validate: (metadata: ClientMetadataRecord) => Promise<void>;
  protectSecret: (secret: string) => string;
  allowPkceOptional: boolean;
}

export type Registration = { outcome: 'registered' } | { outcome: 'invalid'; problems: string[] };

export interface ClientRegistry {
  register: (metadata: unknown, managedBy: ClientManager) => Promise<Registration>;
  /** Registers all of the list or none; clients of this manager that are not in it are disabled. Problems name client and field. */
  registerAll: (list: readonly unknown[], managedBy: ClientManager) => Promise<Registration>;
}

/** The id of the sandbox's own demo service. */
export const demoClientId = 'demo';

const nameOf = (metadata: unknown, index: number): string =>
  typeof metadata === 'object' && metadata !== null && 'client_id' in metadata && typeof metadata.client_id === 'string'
    ? `client ${metadata.client_id}`
    : `client number ${index + 1}`;

export const createClientRegistry = ({
  clients,
  validate,
  protectSecret,
  allowPkceOptional,
}: Needs): ClientRegistry => {
  const read = async (metadata: unknown, managedBy: ClientManager): Promise<ClientMetadataRecord | string> => {
    const own = readClientMetadata(metadata, { allowPkceOptional });
    if (own.outcome === 'invalid') return own.problem;
    if (own.metadata.client_id === ownClientId) return 'client_id is that of the account area';
    if (managedBy === 'file' && own.metadata.client_id === demoClientId) return 'client_id is the demo’s own';
    try {
      await validate(own.metadata);
      const { client_secret: secret } = own.metadata;
      return typeof secret === 'string' ? { ...own.metadata, client_secret: protectSecret(secret) } : own.metadata;
    } catch (error) {
      if (error instanceof errors.InvalidClientMetadata) return error.error_description ?? 'metadata is not valid';
      throw error;
    }
  };

  const registerAll = async (list: readonly unknown[], managedBy: ClientManager): Promise<Registration> => {
    const results = await Promise.all(list.map((metadata) => read(metadata, managedBy)));
    const problems = results.flatMap((result, index) =>
      typeof result === 'string' ? [`${nameOf(list[index], index)}: ${result}`] : [],
    );
    const valid = results.filter((result) => typeof result !== 'string');
    const ids = valid.map((metadata) => metadata.client_id);
    const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
    problems.push(...repeated.map((id) => `client ${id}: client_id stands more than once`));
    if (problems.length > 0) return { outcome: 'invalid', problems };

    for (const metadata of valid) await clients.save(metadata, managedBy);
    await clients.disableOthers(ids, managedBy);
    return { outcome: 'registered' };
  };

  return {
    registerAll,
    register: async (metadata, managedBy) => {
      const result = await read(metadata, managedBy);
      if (typeof result === 'string') return { outcome: 'invalid', problems: [`${nameOf(metadata, 0)}: ${result}`] };
      await clients.save(result, managedBy);
      return { outcome: 'registered' };
    },
  };
};
