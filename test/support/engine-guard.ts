// The engine's guard against private addresses, in a test as in production.
import { runInThisContext } from 'node:vm';

/** The engine builds its guard from node's own dispatcher, which jest does not hand on to the globals of a test. */
export const keepEngineGuardWorking = (): void => {
  const outer: object = runInThisContext('Response; globalThis');
  for (const symbol of Object.getOwnPropertySymbols(outer))
    if (symbol.description?.startsWith('undici.')) Reflect.set(globalThis, symbol, Reflect.get(outer, symbol));
};
