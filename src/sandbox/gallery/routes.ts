// The gallery: all rows side by side, and each at an address of its own, where its form leads nowhere.
import Router from '@koa/router';
import {
  moveOn,
  Refusal,
  type Page,
  type PageContext,
  type PageMiddleware,
  type PageState,
  type Web,
} from '../../web/index.ts';
import { z } from 'zod';
import { pageRows } from './page-rows.ts';
import { partRows } from './part-rows.ts';
import type { App } from '../../app.ts';
import type { Row } from './row.ts';

const anyForm = z.record(z.string(), z.string());

const base = '/sandbox/pages';
const addressOf = ({ name }: Row): string => `${base}/${name}`;

/** The wall of phones shows our own pages in frames, which nobody may elsewhere. */
const allowFrames: PageMiddleware = async (ctx, next) => {
  await next();
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set(
    'Content-Security-Policy',
    policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'"),
  );
  ctx.set('X-Frame-Options', 'SAMEORIGIN');
};

const byRoom = (rows: readonly Row[], locale: string) =>
  [...Map.groupBy(rows, ({ name }) => name.split('/', 1)[0] ?? '')].map(([name, its]) => ({
    name,
    rows: its.map((row) => ({ name: row.name, href: `${addressOf(row)}?lang=${locale}` })),
  }));

const wallPage = ({ t, locale }: PageState, rows: readonly Row[]): Page => ({
  view: 'sandbox/pages',
  title: t('sandbox.pages.title'),
  values: { rooms: byRoom(rows, locale) },
});

export const galleryRoutes = ({ pages, show, readForm }: Pick<App, 'pages'> & Pick<Web, 'show' | 'readForm'>) => {
  const rows = [...partRows(), ...pageRows(pages)];
  const rowOf = (ctx: PageContext): Row => {
    const row = rows.find((one) => addressOf(one) === ctx.path);
    if (row === undefined) throw new Refusal('not-found', 'no such row');
    return row;
  };

  const router = new Router<PageState>({ prefix: base });
  router.use(allowFrames);

  router.get('/', async (ctx) => {
    if (ctx.accepts('html', 'json') === 'json') {
      const { locale } = ctx.state;
      ctx.body = rows.map((row) => ({
        name: row.name,
        href: addressOf(row),
        view: row.draw({ t: ctx.state.t, locale }).view,
      }));
      return;
    }
    await show(ctx, wallPage(ctx.state, rows));
  });

  router.get('/:room/:state', async (ctx) => {
    const row = rowOf(ctx);
    const page = row.draw(ctx.state);
    await show(ctx, page.action === undefined ? page : { ...page, action: addressOf(row) });
  });

  router.post('/:room/:state', async (ctx) => {
    await readForm(ctx, anyForm);
    moveOn(ctx, addressOf(rowOf(ctx)));
  });

  return router;
};
