// Many at once: what each of them got.
export interface Race<T> {
  won: T[];
  lost: unknown[];
}

/** `work` begins `count` times in the same moment. */
export const race = async <T>(count: number, work: (index: number) => Promise<T>): Promise<Race<T>> => {
  const settled = await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));
  return {
    won: settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value),
    lost: settled.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason),
  };
};

/** The OAuth error that a request was refused with, or what else went wrong. */
export const oauthErrorOf = (reason: unknown): string =>
  typeof reason === 'object' && reason !== null && 'error' in reason ? String(reason.error) : String(reason);

/** How often each value stands in a list. */
export const tally = (values: readonly (string | number)[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, all]) => [value, all.length]));
