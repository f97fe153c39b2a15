// Pages that only a sandbox has: who the citizens are, and what was sent to them.
import Router from '@koa/router';
import type { PageContext, PageState, Web } from '../web/index.ts';
import { citizens, nameOf, type Citizen } from './citizens.ts';

/** `code`: the digits of a one-time code, where the message carries one. */
export interface OutboxMessage {
  at: string;
  channel: 'sms' | 'email';
  to: string;
  purpose: 'sign-in' | 'registration' | 'recovery' | 'pin' | 'contact' | 'operation' | 'notice';
  subject: string | null;
  text: string;
  code: string | null;
}

interface Needs {
  show: Web['show'];
  /** Newest first. */
  outbox: () => Promise<OutboxMessage[]>;
}

const wantsJson = (ctx: PageContext): boolean => ctx.accepts('html', 'json') === 'json';

const describe = (citizen: Citizen) => {
  const { phone, email, snils, password, pin, state, locale } = citizen;
  return { name: nameOf(citizen), phone, email, snils, password, pin, state, locale };
};

export const sandboxRoutes = ({ show, outbox }: Needs) => {
  const router = new Router<PageState>({ prefix: '/sandbox' });

  router.get('/citizens', async (ctx) => {
    if (wantsJson(ctx)) {
      ctx.body = citizens.map(describe);
      return;
    }
    const { t } = ctx.state;
    const shown = citizens.map((citizen) => ({ ...describe(citizen), stateText: t(`sandbox.state.${citizen.state}`) }));
    await show(ctx, { view: 'sandbox/citizens', title: t('sandbox.citizens.title'), values: { citizens: shown } });
  });

  router.get('/outbox', async (ctx) => {
    const messages = await outbox();
    if (wantsJson(ctx)) {
      ctx.body = messages;
      return;
    }
    await show(ctx, { view: 'sandbox/outbox', title: ctx.state.t('sandbox.outbox.title'), values: { messages } });
  });

  return router;
};
