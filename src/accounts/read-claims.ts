// Everything that can be said of an account; a document is opened only for whoever asks for its claim.
import type { Account } from './account.ts';
import type { DocumentRecords } from './document-records-store.ts';
import { documentClaims } from './document-claims.ts';
import type { DocumentType } from './documents/documents.ts';
import { standardClaims, type Claims } from './standard-claims.ts';

const behindClaim = new Map<string, readonly DocumentType[]>([
  ['snils', ['snils']],
  ['inn', ['inn']],
  ['documents', ['passport', 'foreign']],
]);

/** The claims of the account; those that stand on documents only where `asked` names them. */
export type ReadClaims = (account: Account, asked: readonly string[]) => Promise<Claims>;

export const createReadClaims =
  ({ readDocuments }: Pick<DocumentRecords, 'readDocuments'>): ReadClaims =>
  async (account, asked) => {
    const types = asked.flatMap((name) => behindClaim.get(name) ?? []);
    const documents = types.length === 0 ? {} : await readDocuments(account.id, types);
    return { ...standardClaims(account), ...documentClaims(account, documents) };
  };
