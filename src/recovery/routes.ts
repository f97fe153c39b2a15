// One question a page: each POST moves on to what is next, and whoever comes to another page is led there (R03).
import Router from '@koa/router';
import { mistaken, moveOn, type PageState } from '../web/index.ts';
import { contactForm, documentForm } from './forms.ts';
import { addressOf, documentPage, donePage, endedPage, startPage, waysPage } from './pages.ts';
import { createStepHttp, type RecoveryHttp } from './step-http.ts';
import type { RecoveryRules } from './recovery.ts';

interface Rules {
  recovery: RecoveryRules;
  supportContact: string;
  /** Seconds that a browser keeps a recovery that waits. */
  recoveryCookieSeconds: number;
}

export const recoveryRoutes = ({ recovery, supportContact, recoveryCookieSeconds }: Rules, http: RecoveryHttp) => {
  const { cookies, readForm, show } = http;
  const { tokenOf, fromOf, visitOf, at, goOn } = createStepHttp(recovery, http);
  const router = new Router<PageState>({ prefix: '/recovery' });

  router.get('/', async (ctx) => {
    const open = await recovery.open(tokenOf(ctx));
    const asked = ctx.state.typed?.get('from') ?? ctx.query['from'];
    const fromUid = typeof asked === 'string' ? asked.slice(0, 64) : '';
    const isUnderWay = open !== undefined && ['code', 'wait', 'password'].includes(open.place);
    const continueUrl = isUnderWay ? addressOf(open.place) : '';
    const contact = open?.answers.contact.value ?? '';
    await show(ctx, startPage(ctx.state, contact, { from: await fromOf(fromUid), fromUid, continueUrl }));
  });

  router.post('/', async (ctx) => {
    const { contact, from: fromUid } = await readForm(ctx, contactForm);
    const from = await fromOf(fromUid);
    const began = await recovery.begin(tokenOf(ctx), contact, { from: fromUid, locale: ctx.state.locale });
    if (began.outcome !== 'begun') {
      const key = `registration.contact.mistake.${contact.trim() === '' ? 'missing' : began.outcome}`;
      return show(ctx, startPage(ctx.state, contact, { from, fromUid, mistakes: mistaken(ctx, 'contact', key) }));
    }
    cookies.write(ctx, 'recovery', began.token, recoveryCookieSeconds);
    return moveOn(ctx, addressOf('document'));
  });

  router.get('/document', (ctx) =>
    at(ctx, ['document', 'code'], ({ answers, from }) => show(ctx, documentPage(ctx.state, answers, { from }))),
  );

  router.post('/document', async (ctx) => {
    const { document_type: type, document_number: typed } = await readForm(ctx, documentForm);
    await at(ctx, ['document', 'code'], async ({ from }) => {
      const showAgain = (field: string, key: string) => {
        const answers = { documentType: type ?? null, documentNumber: typed };
        return show(ctx, documentPage(ctx.state, answers, { from, mistakes: mistaken(ctx, field, key) }));
      };
      if (type === undefined) return showAgain('document_type', 'recovery.document.mistake.missing-type');
      if (type !== 'none' && typed.trim() === '')
        return showAgain('document_number', 'recovery.document.mistake.missing');

      const document = { type, typed, deviceCookie: cookies.read(ctx, 'device') };
      const given = await recovery.giveDocument(tokenOf(ctx), document, visitOf(ctx, from));
      if (given.outcome === 'malformed') return showAgain('document_number', `recovery.document.mistake.${type}`);
      return goOn(ctx);
    });
  });

  router.get('/done', (ctx) =>
    at(ctx, ['done'], ({ answers, from }) => {
      const signInUrl = from === undefined ? '/account' : `/interaction/${answers.from}`;
      return show(ctx, donePage(ctx.state, { from }, signInUrl));
    }),
  );

  router.get('/refused', (ctx) =>
    at(ctx, ['refused'], ({ from }) => show(ctx, endedPage(ctx.state, 'refused', { from }))),
  );
  router.get('/over', (ctx) => show(ctx, endedPage(ctx.state, 'over', { from: undefined })));
  router.get('/ways', (ctx) => show(ctx, waysPage(ctx.state, supportContact)));

  return router;
};
