// A refusal has a public sentence, found by its code, and a private detail that only the log sees.
export const refusalStatuses = {
  'bad-request': 400,
  csrf: 403,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  'unsupported-form': 415,
  misdirected: 421,
  unexpected: 500,
  busy: 503,
  unavailable: 503,
} as const;

export type RefusalCode = keyof typeof refusalStatuses;

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  /** `detail` is for the log and must hold nothing personal. */
  constructor(code: RefusalCode, detail: string, retryAfterSeconds?: number) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.status = refusalStatuses[code];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
