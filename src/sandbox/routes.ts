// Pages that only a sandbox has: who the citizens are, and what was sent to them.
import Router from '@koa/router';
import type { PageContext, PageState, Web } from '../web/index.ts';
import { citizens } from './citizens.ts';
import { nameOf, passportNumberOf, type Citizen } from './citizen.ts';
import { citizensPage, outboxPage } from './pages.ts';
import { entryToShow } from './registry.ts';
import type { OutboxMessage } from './outbox.ts';

interface Needs {
  show: Web['show'];
  /** Newest first. */
  outbox: () => Promise<OutboxMessage[]>;
}

const wantsJson = (ctx: PageContext): boolean => ctx.accepts('html', 'json') === 'json';

const describeEntry = (citizen: Citizen) => {
  const entry = entryToShow(citizen);
  if (entry === undefined) return null;
  const { birthdate, snils, passport } = entry;
  const number = `${passport.series} ${passport.number}`;
  return { birthdate, snils, passport: number, passport_issue_date: passport.issueDate };
};

const describe = (citizen: Citizen) => {
  const { phone, email, snils, inn, passport, password, pin, totp, state, locale } = citizen;
  return {
    name: nameOf(citizen),
    phone,
    email,
    snils,
    inn,
    passport: passportNumberOf(citizen),
    passport_issue_date: passport?.issueDate ?? null,
    password,
    pin,
    totp,
    state,
    locale,
    registry: describeEntry(citizen),
  };
};

export const sandboxRoutes = ({ show, outbox }: Needs) => {
  const router = new Router<PageState>({ prefix: '/sandbox' });

  router.get('/citizens', async (ctx) => {
    if (wantsJson(ctx)) {
      ctx.body = citizens.map(describe);
      return;
    }
    await show(ctx, citizensPage(ctx.state, citizens));
  });

  router.get('/outbox', async (ctx) => {
    const messages = await outbox();
    if (wantsJson(ctx)) {
      ctx.body = messages;
      return;
    }
    await show(ctx, outboxPage(ctx.state, messages));
  });

  return router;
};
