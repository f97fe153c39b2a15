// What each service has of a person, read from the engine's records: Grants that live, and how long it can renew what it knows.
import { z } from 'zod';
import { hash, type ModelRecord, type RecordsOf } from './engine-records-store.ts';
import type { Consent } from '../consent/consent-store.ts';

export interface HeldByService extends Consent {
  clientId: string;
  /** When it was last given something, in epoch seconds: by a visit or, without the person, by a refresh token. */
  lastGivenAt: number;
  /** Until when it can get more without the person, in epoch seconds; undefined where it cannot. */
  renewsUntil: number | undefined;
}

export interface ServiceRecords {
  /** One entry a Grant: a service that was visited in several sessions has several. */
  heldByServices: (accountId: string) => Promise<HeldByService[]>;
}

export const wordsOf = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');

const grantSchema = z.object({
  openid: z.object({ scope: z.string().optional(), claims: z.array(z.string()).optional() }).optional(),
  resources: z.record(z.string(), z.string()).optional(),
});

/** What a Grant allows. */
export const consentOf = ({ payload }: Pick<ModelRecord, 'payload'>): Consent => {
  const { openid, resources = {} } = grantSchema.parse(payload);
  return {
    scopes: wordsOf(openid?.scope),
    claims: openid?.claims ?? [],
    resourceScopes: Object.entries(resources).map(([indicator, scope]) => ({ indicator, scopes: wordsOf(scope) })),
  };
};

export const createServiceRecords = ({ recordsOf }: { recordsOf: RecordsOf }): ServiceRecords => ({
  heldByServices: async (accountId) => {
    const time = { $divide: [{ $toLong: '$$NOW' }, 1000] }; // the engine's clock is never moved
    const good = { 'payload.accountId': accountId, $expr: { $gt: ['$payload.exp', time] } };
    const [grants, tokens] = await Promise.all([
      recordsOf('Grant').find(good).toArray(),
      recordsOf('RefreshToken')
        .find({ ...good, 'payload.consumed': { $exists: false } })
        .toArray(),
    ]);
    const tokensByGrant = Map.groupBy(tokens, ({ payload }) => hash(payload.grantId ?? ''));
    return grants.map((grant) => {
      const ofGrant = tokensByGrant.get(grant._id) ?? [];
      const ends = ofGrant.map(({ payload }) => payload.exp ?? 0);
      return {
        clientId: grant.payload.clientId ?? '',
        ...consentOf(grant),
        lastGivenAt: Math.max(grant.payload.iat ?? 0, ...ofGrant.map(({ payload }) => payload.iat ?? 0)),
        renewsUntil: ends.length === 0 ? undefined : Math.max(...ends),
      };
    });
  },
});
