// One question a page: each POST moves on to the next one, each GET shows what has been answered.
import Router from '@koa/router';
import { moveOn, Refusal, type Mistake, type PageContext, type PageState, type Web } from '../web/index.ts';
import { nextStep, type Answers, type Step } from './answers.ts';
import { checkForm, codeForm, contactForm, nameForm, noFields, passwordForm, readNameForm } from './forms.ts';
import {
  addressOf,
  checkPage,
  codePage,
  contactPage,
  donePage,
  namePage,
  passwordPage,
  secondPage,
  takenPage,
} from './pages.ts';
import type { CodeStep, RegistrationRules } from './registration.ts';
import type { RegistrationVisit } from './registration-visit.ts';
import type { Interactions, ServiceView, WithInteraction } from '../oidc/index.ts';

interface Rules {
  registration: RegistrationRules;
  passwordPolicy: { least: number; make: () => string };
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  interactions: Interactions;
  withInteraction: WithInteraction;
}

/** What may still be added once the account is there. */
const missingKind = ({ openedWith, hasSecond }: Answers): 'phone' | 'email' | undefined => {
  if (hasSecond || openedWith === '') return undefined;
  return openedWith === 'phone' ? 'email' : 'phone';
};

const contactMistake = (typed: string, outcome: string, missing: 'phone' | 'email'): string => {
  if (outcome === 'same-kind') return `registration.second.mistake.${missing}`;
  return `registration.contact.mistake.${typed.trim() === '' ? 'missing' : outcome}`;
};

export const registrationRoutes = ({ registration, passwordPolicy, now }: Rules, http: Http) => {
  const { cookies, readForm, show, interactions, withInteraction } = http;
  const router = new Router<PageState>();

  const tokenOf = (ctx: PageContext): string | undefined => cookies.read(ctx, 'registration');
  const visitOf = (ctx: PageContext, from: ServiceView | undefined): RegistrationVisit => ({
    ...ctx.state.visit,
    clientId: from?.clientId,
  });
  const fromOf = async (uid: string): Promise<ServiceView | undefined> =>
    uid === '' ? undefined : interactions.serviceOf(uid);

  interface Open {
    answers: Answers;
    resendAt: Date | undefined;
    from: ServiceView | undefined;
  }

  /** Runs `work` where this browser has come to the step; otherwise leads to the one that is next. */
  const withStep = async (ctx: PageContext, step: Step, work: (open: Open) => Promise<void>): Promise<void> => {
    const open = await registration.open(tokenOf(ctx), step);
    if (open === undefined) return moveOn(ctx, addressOf('name'));
    if (!open.isHere) return moveOn(ctx, addressOf(nextStep(open.answers)));
    await work({ ...open, from: await fromOf(open.answers.from) });
  };

  /** To what is next, seen from what was just answered. */
  const goOn = async (ctx: PageContext): Promise<void> => {
    const open = await registration.open(tokenOf(ctx), 'name');
    moveOn(ctx, addressOf(open === undefined ? 'name' : nextStep(open.answers)));
  };

  const mistaken = (ctx: PageContext, field: string, key: string, values?: Record<string, number>): Mistake[] => [
    { field, text: ctx.state.t(key, values) },
  ];

  router.get('/registration', async (ctx) => {
    const open = await registration.open(tokenOf(ctx), 'name');
    const asked = ctx.state.typed?.get('from') ?? ctx.query['from'];
    const fromUid = typeof asked === 'string' ? asked.slice(0, 64) : (open?.answers.from ?? '');
    const nobody = { familyName: '', givenName: '', middleName: '' };
    const name = open?.isHere === true ? open.answers : nobody;
    await show(ctx, namePage(ctx.state, name, { from: await fromOf(fromUid), fromUid }, now()));
  });

  router.post('/registration', async (ctx) => {
    const form = await readForm(ctx, nameForm);
    const from = await fromOf(form.from);
    const { name, mistakes } = readNameForm(form, ctx.state);
    const page = { from, fromUid: form.from };
    if (mistakes.length > 0) return show(ctx, namePage(ctx.state, name, { ...page, mistakes }, now()));

    const renamed = await registration.rename(tokenOf(ctx), name, form.from);
    if (renamed.outcome === 'renamed') return goOn(ctx);

    const begun = await registration.begin(name, form.from, ctx.state.locale, visitOf(ctx, from));
    if (begun.outcome === 'wait') return show(ctx, namePage(ctx.state, name, { ...page, wait: begun.until }, now()));
    cookies.write(ctx, 'registration', begun.token);
    return moveOn(ctx, addressOf('contact'));
  });

  router.get('/registration/contact', (ctx) =>
    withStep(ctx, 'contact', ({ answers, from }) =>
      show(ctx, contactPage(ctx.state, answers.contact?.value ?? '', { from })),
    ),
  );

  router.post('/registration/contact', async (ctx) => {
    const { contact } = await readForm(ctx, contactForm);
    await withStep(ctx, 'contact', async ({ from }) => {
      const given = await registration.giveContact(tokenOf(ctx), contact, visitOf(ctx, from));
      if (given.outcome === 'given' || given.outcome === 'gone') return goOn(ctx);
      const mistakes = mistaken(ctx, 'contact', contactMistake(contact, given.outcome, 'email'));
      return show(ctx, contactPage(ctx.state, contact, { from, mistakes }));
    });
  });

  const takeCode = async (ctx: PageContext, step: CodeStep): Promise<void> => {
    const form = await readForm(ctx, codeForm);
    await withStep(ctx, step, async ({ answers, from, resendAt }) => {
      const visit = visitOf(ctx, from);
      if (form.action === 'resend') {
        await registration.resend(tokenOf(ctx), visit, step);
        return moveOn(ctx, addressOf(step));
      }

      const given = await registration.confirm(tokenOf(ctx), form.code, visit, step);
      if (given.outcome === 'right' || given.outcome === 'gone') return goOn(ctx);
      const count = given.outcome === 'wrong' ? { count: given.triesLeft } : undefined;
      const mistakes = mistaken(ctx, 'code', `code-page.mistake.${given.outcome}`, count);
      return show(ctx, codePage(ctx.state, answers, { from, resendAt, mistakes, step }, now()));
    });
  };

  for (const step of ['code', 'second-code'] as const) {
    router.get(addressOf(step), (ctx) =>
      withStep(ctx, step, ({ answers, from, resendAt }) =>
        show(ctx, codePage(ctx.state, answers, { from, resendAt, step }, now())),
      ),
    );
    router.post(addressOf(step), (ctx) => takeCode(ctx, step));
  }

  const showPassword = (ctx: PageContext, { answers, from }: Open, page: { mistakes?: Mistake[]; made?: string }) =>
    show(ctx, passwordPage(ctx.state, answers.contact?.value ?? '', { from, least: passwordPolicy.least, ...page }));

  router.get('/registration/password', (ctx) => withStep(ctx, 'password', (open) => showPassword(ctx, open, {})));

  router.post('/registration/password', async (ctx) => {
    const form = await readForm(ctx, passwordForm);
    await withStep(ctx, 'password', async (open) => {
      if (form.action === 'make') return showPassword(ctx, open, { made: passwordPolicy.make() });
      if (form.new_password !== form.new_password_again) {
        return showPassword(ctx, open, { mistakes: mistaken(ctx, 'new_password_again', 'password.mistake.different') });
      }

      const given = await registration.givePassword(tokenOf(ctx), form.new_password, open.from?.name);
      switch (given.outcome) {
        case 'given':
        case 'gone':
          return goOn(ctx);
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
        case 'refused': {
          const count = given.missing === undefined ? undefined : { count: given.missing };
          return showPassword(ctx, open, {
            mistakes: mistaken(ctx, 'new_password', `password.mistake.${given.why}`, count),
          });
        }
      }
    });
  });

  router.get('/registration/check', (ctx) =>
    withStep(ctx, 'check', ({ answers, from }) => show(ctx, checkPage(ctx.state, answers, { from }))),
  );

  router.post('/registration/check', async (ctx) => {
    const { terms } = await readForm(ctx, checkForm);
    await withStep(ctx, 'check', async ({ answers, from }) => {
      if (terms === undefined) {
        const mistakes = mistaken(ctx, 'terms', 'registration.check.mistake.terms');
        return show(ctx, checkPage(ctx.state, answers, { from, mistakes }));
      }

      const created = await registration.create(tokenOf(ctx), visitOf(ctx, from));
      if (created.outcome !== 'taken') return goOn(ctx);
      return show(ctx, takenPage(ctx.state, from, answers.from === '' ? '' : `/interaction/${answers.from}`));
    });
  });

  router.get('/registration/done', (ctx) =>
    withStep(ctx, 'done', ({ answers, from }) => {
      const continueTo = from === undefined ? '' : `/interaction/${answers.from}/registered`;
      return show(ctx, donePage(ctx.state, { from, continueTo, missing: missingKind(answers) }));
    }),
  );

  router.get('/registration/second', (ctx) =>
    withStep(ctx, 'second', ({ answers }) =>
      show(ctx, secondPage(ctx.state, missingKind(answers) ?? 'email', { contact: answers.contact?.value ?? '' })),
    ),
  );

  router.post('/registration/second', async (ctx) => {
    const { contact } = await readForm(ctx, contactForm);
    await withStep(ctx, 'second', async ({ answers, from }) => {
      const missing = missingKind(answers) ?? 'email';
      const given = await registration.giveContact(tokenOf(ctx), contact, visitOf(ctx, from), 'second');
      if (given.outcome === 'given') return moveOn(ctx, addressOf('second-code'));
      if (given.outcome === 'gone') return goOn(ctx);
      const mistakes = mistaken(ctx, 'contact', contactMistake(contact, given.outcome, missing));
      return show(ctx, secondPage(ctx.state, missing, { contact, mistakes }));
    });
  });

  /** Back in the request that the person came from: signed in by what they have just proved. */
  router.post('/interaction/:uid/registered', async (ctx) => {
    await readForm(ctx, noFields);
    await withInteraction(ctx, async (interaction) => {
      const here = `/interaction/${interaction.uid}`;
      const open = await registration.open(tokenOf(ctx), 'done');
      if (interaction.prompt !== 'login' || open?.answers.from !== interaction.uid) return moveOn(ctx, here);
      const finished = await registration.finish(tokenOf(ctx));
      return moveOn(ctx, finished === undefined ? here : await interactions.finishSignIn(ctx, finished));
    });
  });
  router.get('/interaction/:uid/registered', (ctx) => moveOn(ctx, `/interaction/${ctx.params['uid'] ?? ''}`));

  return router;
};
