// One handler for everything that goes wrong: a page for people, JSON for programs, the detail for the log, and a reference that joins them.
import { STATUS_CODES } from 'node:http';
import { stackOf } from '../log.ts';
import { withoutSecrets } from '../browser/redraw.ts';
import { Refusal } from '../refusal.ts';
import { refusalPage, type KeptForm } from './refusal-page.ts';
import type { PageContext, PageMiddleware } from '../http.ts';
import type { Show } from './pages.ts';

interface Needs {
  show: Show;
  /** Whether an error means that something we depend on does not answer. */
  isUnavailable: (error: unknown) => boolean;
}

const longestAnswerMs = 4500; // everybody is answered within five seconds, also when what we depend on hangs

/**
 * Throws when `work` has not ended in time: what it still writes is as if the answer had been lost on its way.
 * A form that is still arriving is given more time; the server's own limits end it.
 */
const inTime = async (ctx: PageContext, work: Promise<unknown>): Promise<void> => {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    if (ctx.req.complete) reject(new Refusal('unavailable', 'no answer in time', 30));
  }, longestAnswerMs);
  try {
    await Promise.race([work, over]);
  } finally {
    clearInterval(timer);
  }
};

/** What may be tried again is said in the word of RFC 6749 §4.1.2.1. */
const wordForPrograms = ({ code, status }: Refusal): string => (status === 503 ? 'temporarily_unavailable' : code);

/** A form that came while something did not answer is given back with the page, so that nothing has to be typed again. */
const formToKeep = ({ path, state }: PageContext, { status }: Refusal): KeptForm | undefined => {
  const fields = state.sent ?? state.typed;
  if (status !== 503 || fields === undefined) return undefined;
  return { action: path, fields: [...withoutSecrets(fields)].map(([name, value]) => ({ name, value })) };
};

/** The router answers a method it does not know with a status alone. */
const isBare = (ctx: PageContext): boolean => ctx.body === undefined || ctx.body === '';

export const createRefusals = ({ show, isUnavailable }: Needs) => {
  const refusalFor = (error: unknown): Refusal => {
    if (error instanceof Refusal) return error;
    if (isUnavailable(error))
      return new Refusal('unavailable', error instanceof Error ? error.name : 'unavailable', 30);
    return new Refusal('unexpected', error instanceof Error ? error.name : 'unknown');
  };

  const note = (ctx: PageContext, refusal: Refusal, error: unknown): void => {
    const fields = { code: refusal.code, detail: refusal.message };
    if (refusal.status < 500) ctx.state.log.info(fields, 'refused');
    else ctx.state.log.error({ ...fields, stack: error instanceof Error ? stackOf(error) : undefined }, 'failed');
  };

  const answer = async (ctx: PageContext, refusal: Refusal): Promise<void> => {
    const { visit } = ctx.state;
    if (refusal.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(refusal.retryAfterSeconds));
    if (ctx.accepts('json', 'html') === 'json') {
      ctx.status = refusal.status;
      ctx.body = { error: wordForPrograms(refusal), reference: visit.requestId };
      return;
    }
    await show(ctx, refusalPage(ctx.state, refusal.code, formToKeep(ctx, refusal)));
  };

  const handle: PageMiddleware = async (ctx, next) => {
    try {
      await inTime(ctx, next());
      if (ctx.status === 404 && ctx.body === undefined) throw new Refusal('not-found', 'no such page');
      if ((ctx.status === 405 || ctx.status === 501) && isBare(ctx))
        throw new Refusal('method-not-allowed', 'no such method');
    } catch (error) {
      const refusal = refusalFor(error);
      note(ctx, refusal, error);
      if (!ctx.req.complete) ctx.set('Connection', 'close');
      await answerOrFallBack(ctx, refusal);
    }
  };

  const answerOrFallBack = async (ctx: PageContext, refusal: Refusal): Promise<void> => {
    try {
      await answer(ctx, refusal);
    } catch (error) {
      ctx.state.log.error(
        { stack: error instanceof Error ? stackOf(error) : undefined },
        'could not draw the page of an error',
      );
      ctx.status = refusal.status;
      ctx.type = 'text';
      ctx.body = `${STATUS_CODES[refusal.status] ?? 'Error'}. ${ctx.state.visit.requestId}`;
    }
  };

  return { handle };
};
