/** Tells the person at the terminal what takes time. */
export type Say = (text: string) => void;

/** A way to a mongod that is not on this machine yet. */
export interface MongodSource {
  name: string;
  /** Fetches into the empty folder `into` and answers the binary's path; nothing where this way leads nowhere. */
  fetch: (needs: { into: string; path: string; say: Say }) => Promise<string | undefined>;
}
