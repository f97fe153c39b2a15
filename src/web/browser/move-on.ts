import type { PageContext } from '../http.ts';

/** Answers a form that was accepted: the browser goes on by GET and never sends it again (303, never 307). */
export const moveOn = (ctx: PageContext, address: string): void => {
  ctx.redirect(address);
  ctx.status = 303;
};
