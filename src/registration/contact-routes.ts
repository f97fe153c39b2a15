// Where codes go and the code itself: the first contact on the way, a second one when all is done.
import Router from '@koa/router';
import { describeWait, mistaken, moveOn, type Mistake, type PageContext, type PageState } from '../web/index.ts';
import { codeForm, contactForm } from './forms.ts';
import { missingKind } from './missing-kind.ts';
import { codePage, contactPage, secondPage } from './contact-pages.ts';
import { addressOf } from './question-page.ts';
import { createStepHttp, type StepHttp } from './step-http.ts';
import type { CodeGiven, CodeStep } from './prove-contact.ts';
import type { RegistrationRules } from './registration.ts';

interface Rules {
  registration: RegistrationRules;
  now: () => Date;
}

const contactMistake = (typed: string, outcome: string, missing: 'phone' | 'email'): string => {
  if (outcome === 'same-kind') return `registration.second.mistake.${missing}`;
  return `registration.contact.mistake.${typed.trim() === '' ? 'missing' : outcome}`;
};

export const contactRoutes = ({ registration, now }: Rules, http: StepHttp) => {
  const { readForm, show } = http;
  const { tokenOf, visitOf, withStep, goOn } = createStepHttp(registration, http);
  const router = new Router<PageState>();

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

  const codeMistake = (ctx: PageContext, given: Exclude<CodeGiven, { outcome: 'right' | 'gone' }>): Mistake[] => {
    switch (given.outcome) {
      case 'wrong':
        return mistaken(ctx, 'code', 'code-page.mistake.wrong', { count: given.triesLeft });
      case 'wait':
        return mistaken(ctx, 'code', 'registration.code.wait', {
          duration: describeWait(given.until, now(), ctx.state.t),
        });
      case 'over':
      case 'malformed':
        return mistaken(ctx, 'code', `code-page.mistake.${given.outcome}`);
    }
  };

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
      const mistakes = codeMistake(ctx, given);
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

  return router;
};
