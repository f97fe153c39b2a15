// One question a page: each POST moves on to what is next, and whoever comes to another page is led there (R03).
import Router from '@koa/router';
import {
  describeWait,
  moveOn,
  Refusal,
  type Mistake,
  type PageContext,
  type PageState,
  type Web,
} from '../web/index.ts';
import type { Interactions, ServiceView } from '../oidc/index.ts';
import { codeForm, contactForm, documentForm, passwordForm } from './forms.ts';
import {
  addressOf,
  codePage,
  documentPage,
  donePage,
  endedPage,
  passwordPage,
  startPage,
  waitPage,
  waysPage,
} from './pages.ts';
import type { CodeGiven } from './confirm-code.ts';
import type { OpenRecovery, RecoveryRules } from './recovery.ts';
import type { RecoveryPlace } from './steps.ts';
import type { RecoveryVisit } from './visit.ts';

interface Rules {
  recovery: RecoveryRules;
  passwordPolicy: { least: number; make: () => string };
  supportContact: string;
  /** Seconds that a browser keeps a recovery that waits. */
  recoveryCookieSeconds: number;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
}

interface Open extends OpenRecovery {
  from: ServiceView | undefined;
}

const mistaken = (
  ctx: PageContext,
  field: string,
  key: string,
  values?: Record<string, string | number>,
): Mistake[] => [{ field, text: ctx.state.t(key, values) }];

export const recoveryRoutes = (
  { recovery, passwordPolicy, supportContact, recoveryCookieSeconds, now }: Rules,
  { cookies, readForm, show, interactions }: Http,
) => {
  const router = new Router<PageState>({ prefix: '/recovery' });

  const tokenOf = (ctx: PageContext): string | undefined => cookies.read(ctx, 'recovery');
  const fromOf = async (uid: string): Promise<ServiceView | undefined> =>
    uid === '' ? undefined : interactions.serviceOf(uid);
  const visitOf = (ctx: PageContext, from: ServiceView | undefined): RecoveryVisit => ({
    ...ctx.state.visit,
    clientId: from?.clientId,
  });

  /** Runs `work` where this browser has come to one of these pages; otherwise leads to the one that is next. */
  const at = async (
    ctx: PageContext,
    places: readonly RecoveryPlace[],
    work: (open: Open) => Promise<void>,
  ): Promise<void> => {
    const token = tokenOf(ctx);
    const open = await recovery.open(token);
    if (open === undefined) return moveOn(ctx, addressOf(token === undefined ? 'start' : 'over'));
    if (!places.includes(open.place)) return moveOn(ctx, addressOf(open.place));
    await work({ ...open, from: await fromOf(open.answers.from) });
  };

  const goOn = async (ctx: PageContext): Promise<void> => {
    const open = await recovery.open(tokenOf(ctx));
    moveOn(ctx, addressOf(open?.place ?? 'over'));
  };

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

  const showCode = async (ctx: PageContext, { answers, ...open }: Open, mistakes: Mistake[] = []): Promise<void> => {
    const isDown = await recovery.isDown(answers.contact);
    await show(ctx, codePage(ctx.state, answers, { ...open, isDown, mistakes }, now()));
  };

  const codeMistake = (ctx: PageContext, given: Exclude<CodeGiven, { outcome: 'right' | 'gone' }>): Mistake[] => {
    switch (given.outcome) {
      case 'wrong':
        return mistaken(ctx, 'code', 'recovery.code.mistake.wrong', { count: given.triesLeft });
      case 'wait':
        return mistaken(ctx, 'code', 'recovery.code.mistake.wait', {
          duration: describeWait(given.until, now(), ctx.state.t),
        });
      case 'over':
      case 'malformed':
        return mistaken(ctx, 'code', `code-page.mistake.${given.outcome}`);
    }
  };

  router.get('/code', (ctx) => at(ctx, ['code'], (open) => showCode(ctx, open)));

  router.post('/code', async (ctx) => {
    const form = await readForm(ctx, codeForm);
    await at(ctx, ['code'], async (open) => {
      const visit = visitOf(ctx, open.from);
      if (form.action !== undefined) {
        const goesTo = form.action === 'other' ? 'other' : open.answers.goesTo;
        await recovery.resend(tokenOf(ctx), goesTo, visit);
        return goOn(ctx);
      }
      const typed = { code: form.code, otherCode: form.other_code };
      const given = await recovery.confirm(tokenOf(ctx), typed, visit);
      if (given.outcome === 'right' || given.outcome === 'gone') return goOn(ctx);
      return showCode(ctx, open, codeMistake(ctx, given));
    });
  });

  router.get('/wait', (ctx) =>
    at(ctx, ['wait'], ({ from, readyAt = now() }) => show(ctx, waitPage(ctx.state, { from }, { readyAt, now: now() }))),
  );

  const showPassword = (ctx: PageContext, { answers, from }: Open, page: { mistakes?: Mistake[]; made?: string }) =>
    show(ctx, passwordPage(ctx.state, answers, { from, least: passwordPolicy.least, ...page }));

  router.get('/password', (ctx) => at(ctx, ['password'], (open) => showPassword(ctx, open, {})));

  router.post('/password', async (ctx) => {
    const form = await readForm(ctx, passwordForm);
    await at(ctx, ['password'], async (open) => {
      if (form.action === 'make') return showPassword(ctx, open, { made: passwordPolicy.make() });
      if (form.new_password !== form.new_password_again) {
        const mistakes = mistaken(ctx, 'new_password_again', 'password.mistake.different');
        return showPassword(ctx, open, { mistakes });
      }
      const given = await recovery.setPassword(tokenOf(ctx), form.new_password, visitOf(ctx, open.from));
      switch (given.outcome) {
        case 'set':
        case 'gone':
          return goOn(ctx);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
        case 'refused': {
          const count = given.missing === undefined ? undefined : { count: given.missing };
          const mistakes = mistaken(ctx, 'new_password', `password.mistake.${given.why}`, count);
          return showPassword(ctx, open, { mistakes });
        }
      }
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
