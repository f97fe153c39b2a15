// What is stored of an engine's record: nothing that a thief of the database could present, and no number of a document.
import type { AdapterPayload } from 'oidc-provider';
import type { Sealing } from '../../sealing/index.ts';

type Params = NonNullable<AdapterPayload['params']>;

// Stands for the record's own id in an address that holds it.
const ownId = ':id';

const without = <T extends object>(record: T, name: string): T => {
  const copy = { ...record };
  Reflect.deleteProperty(copy, name);
  return copy;
};

export interface StoredPayload {
  strip: (payload: AdapterPayload, id: string) => AdapterPayload;
  /** The record as the engine gave it; values that it never reads again stay away. */
  complete: (stored: AdapterPayload, id: string) => AdapterPayload;
}

export const createStoredPayload = (sealing: Sealing): StoredPayload => {
  /** People type a SNILS as a hint. */
  const stripParams = (params: Params): Params => {
    const { login_hint: hint, ...rest } = without(params, 'request_uri');
    return typeof hint === 'string' ? { ...rest, login_hint: sealing.seal(hint, 'login_hint') } : rest;
  };
  const completeParams = (params: Params): Params => {
    const hint = params['login_hint'];
    return typeof hint === 'string' ? { ...params, login_hint: sealing.open(hint, 'login_hint') } : params;
  };

  return {
    strip: ({ jti: _jti, ...payload }, id) => {
      const { session, params, prompt, parJti, returnTo, request, ...rest } = payload;
      return {
        ...rest,
        ...(request === undefined ? {} : { request: sealing.seal(request, 'request') }),
        ...(returnTo === undefined ? {} : { returnTo: returnTo.replace(id, ownId) }),
        ...(session === undefined ? {} : { session: without(session, 'cookie') }),
        ...(params === undefined ? {} : { params: stripParams(params) }),
        ...(prompt === undefined ? {} : { prompt: { ...prompt, details: without(prompt.details, 'login_hint') } }),
        ...(parJti === undefined ? {} : { parJti: sealing.seal(parJti, 'request_uri') }),
      };
    },
    complete: (stored, id) => {
      const { params, parJti, returnTo, request } = stored;
      return {
        ...stored,
        ...(request === undefined ? {} : { request: sealing.open(request, 'request') }),
        ...(returnTo === undefined ? {} : { returnTo: returnTo.replace(ownId, id) }),
        ...(params === undefined ? {} : { params: completeParams(params) }),
        ...(parJti === undefined ? {} : { parJti: sealing.open(parJti, 'request_uri') }),
        jti: id,
      };
    },
  };
};
