// A refusal has a public sentence, found by its code, and a private detail that only the log sees.
export type RefusalCode =
  | 'bad-request'
  | 'csrf'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-large'
  | 'unsupported-form'
  | 'misdirected'
  | 'unexpected'
  | 'busy'
  | 'unavailable';

const statuses: Record<RefusalCode, number> = {
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
};

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  /** `detail` is for the log and must hold nothing personal. */
  constructor(code: RefusalCode, detail: string, retryAfterSeconds?: number) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.status = statuses[code];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
