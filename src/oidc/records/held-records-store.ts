// What the engine's records hold of a person, for that person: times, services and what they may have; no value that could be presented.
import type { HeldEntry } from '../../mongo/index.ts';
import type { RecordsOf } from './engine-records-store.ts';
import { consentOf, wordsOf } from './service-records-store.ts';

export interface EngineHeldRecords {
  readHeldSessions: (accountId: string) => Promise<HeldEntry[]>;
  readHeldGrants: (accountId: string) => Promise<HeldEntry[]>;
  readHeldRefreshTokens: (accountId: string) => Promise<HeldEntry[]>;
}

const at = (seconds: unknown): Date | undefined => (typeof seconds === 'number' ? new Date(seconds * 1000) : undefined);

export const createEngineHeldRecords = ({ recordsOf }: { recordsOf: RecordsOf }): EngineHeldRecords => {
  const read = (model: 'Session' | 'Grant' | 'RefreshToken', accountId: string) =>
    recordsOf(model).find({ 'payload.accountId': accountId }).toArray();

  return {
    readHeldSessions: async (accountId) =>
      (await read('Session', accountId)).map(({ payload }) => ({
        session: payload.uid,
        signedInAt: at(payload.loginTs),
        until: at(payload.exp),
        signedInBy: payload.amr,
        services: Object.keys(payload.authorizations ?? {}),
      })),
    readHeldGrants: async (accountId) =>
      (await read('Grant', accountId)).map(({ payload, sessionUid }) => {
        const { clientId, iat, exp } = payload;
        const { scopes, claims, resourceScopes } = consentOf({ payload });
        const resources = resourceScopes.flatMap((one) => one.scopes.map((scope) => `${one.indicator} ${scope}`));
        const may = { scopes, claims, resourceScopes: resources };
        return { service: clientId, ...may, at: at(iat), until: at(exp), session: sessionUid };
      }),
    readHeldRefreshTokens: async (accountId) =>
      (await read('RefreshToken', accountId)).map(({ payload }) => {
        const { clientId, iat, exp } = payload;
        const scope: unknown = payload['scope'];
        const consumed: unknown = payload['consumed'];
        const signedInAt: unknown = payload['authTime'];
        const session: unknown = payload['sessionUid'];
        const times = { at: at(iat), until: at(exp), signedInAt: at(signedInAt) };
        return {
          service: clientId,
          scopes: wordsOf(typeof scope === 'string' ? scope : undefined),
          ...times,
          isUsed: consumed !== undefined,
          session: typeof session === 'string' ? session : undefined,
        };
      }),
  };
};
