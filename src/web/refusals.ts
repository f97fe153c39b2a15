// One handler for everything that goes wrong: a page for people, JSON for programs, the detail for the log, and a reference that joins them.
import { STATUS_CODES } from 'node:http';
import { stackOf } from './log.ts';
import { Refusal } from './refusal.ts';
import type { PageContext, PageMiddleware } from './http.ts';
import type { Show } from './pages.ts';

interface Needs {
  show: Show['show'];
  /** Whether an error means that something we depend on does not answer. */
  isUnavailable: (error: unknown) => boolean;
}

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
    const { t, visit } = ctx.state;
    if (refusal.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(refusal.retryAfterSeconds));
    if (ctx.accepts('html', 'json') === 'json') {
      ctx.status = refusal.status;
      ctx.body = { error: refusal.code, reference: visit.requestId };
      return;
    }
    const text = (part: string) => t(`errors.${refusal.code}.${part}`);
    await show(ctx, {
      view: 'error',
      title: text('heading'),
      status: refusal.status,
      values: {
        heading: text('heading'),
        text: text('text'),
        advice: text('advice'),
        reference: visit.requestId,
        back: undefined,
      },
    });
  };

  const handle: PageMiddleware = async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new Refusal('not-found', 'no such page');
      if (ctx.status === 405 && ctx.body === undefined) throw new Refusal('method-not-allowed', 'no such method');
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
