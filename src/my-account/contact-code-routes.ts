// The code that came to a new contact, and the way to what came of it.
import Router from '@koa/router';
import { z } from 'zod';
import { describeWait, moveOn, wantsMoreTime, type PageContext, type PageState, type Web } from '../web/index.ts';
import { base, codeAddress, contactCodePage, doneAddress } from './contacts/pages.ts';
import type { CodeGiven } from './contacts/confirm-contact.ts';
import type { ContactsRules, OpenContact } from './contacts/contacts.ts';
import type { SignedInPerson, WithPerson } from '../oidc/index.ts';

interface Rules {
  contacts: ContactsRules;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
}

const codeForm = z.strictObject({
  code: z.string().default(''),
  action: z.enum(['cancel', 'resend']).optional(),
});

export const contactCodeRoutes = ({ contacts, now }: Rules, { withPerson, cookies, readForm, show }: Http) => {
  const router = new Router<PageState>();
  const tokenOf = (ctx: PageContext) => cookies.read(ctx, 'contact');

  const mistakeOf = ({ t }: PageState, given: Exclude<CodeGiven, { outcome: 'right' | 'gone' }>): string => {
    switch (given.outcome) {
      case 'wrong':
        return t('code-page.mistake.wrong', { count: given.triesLeft });
      case 'wait':
        return t('contacts.code.wait', { duration: describeWait(given.until, now(), t) });
      case 'over':
      case 'malformed':
        return t(`code-page.mistake.${given.outcome}`);
    }
  };

  /** Runs `work` where a code is waited for; otherwise says what came of it. */
  const withCode = (
    ctx: PageContext,
    work: (open: OpenContact, person: SignedInPerson) => Promise<void>,
  ): Promise<void> =>
    withPerson(ctx, async (person) => {
      if (wantsMoreTime(ctx)) await contacts.extend(tokenOf(ctx), person);
      const open = await contacts.open(tokenOf(ctx), person);
      if (open === undefined) return moveOn(ctx, base);
      if (open.step === 'code') return work(open, person);
      if (open.step === 'used-up') return show(ctx, contactCodePage(ctx.state, person.account, open, {}, now()));
      return moveOn(ctx, doneAddress({ kind: open.answers.kind, outcome: open.step }));
    });

  router.get(codeAddress, (ctx) =>
    withCode(ctx, (open, { account }) => show(ctx, contactCodePage(ctx.state, account, open, {}, now()))),
  );

  router.post(codeAddress, async (ctx) => {
    const { action, code } = await readForm(ctx, codeForm);
    await withCode(ctx, async (open, person) => {
      const visit = { ...ctx.state.visit, clientId: undefined };
      if (action === 'cancel') {
        await contacts.cancel(tokenOf(ctx), person);
        return moveOn(ctx, base);
      }
      if (action === 'resend') {
        await contacts.resend(tokenOf(ctx), person, visit);
        return moveOn(ctx, codeAddress);
      }

      const given = await contacts.confirm(tokenOf(ctx), person, code, visit);
      if (given.outcome === 'right' || given.outcome === 'gone') return moveOn(ctx, codeAddress);
      const mistakes = [{ field: 'code', text: mistakeOf(ctx.state, given) }];
      return show(ctx, contactCodePage(ctx.state, person.account, open, { mistakes }, now()));
    });
  });

  return router;
};
