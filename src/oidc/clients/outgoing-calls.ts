// Calls that the provider makes to services: the engine's guard refuses special-use addresses; a laptop may call itself.
type Fetch = typeof fetch;

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The engine's `fetch`. The guard is the `dispatcher` in the options; it is left out for loopback where that is allowed. */
export const createFetch =
  ({ allowLoopback }: { allowLoopback: boolean }): Fetch =>
  async (target, options = {}) => {
    const { hostname } = new URL(target instanceof Request ? target.url : target);
    if (!('dispatcher' in options) && !allowLoopback) throw new TypeError('the engine gave no guard for this call');
    if (!allowLoopback || !loopback.has(hostname)) return fetch(target, options);
    return fetch(target, Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'dispatcher')));
  };
