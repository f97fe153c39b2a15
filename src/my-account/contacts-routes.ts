// The list of contacts, a new one of each kind, and the removal of one; the password is fresh before the first form.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { contactKinds } from './contacts/contact-rows.ts';
import { addressOf, base, codeAddress, contactsPage, doneAddress, newContactPage } from './contacts/pages.ts';
import { readDone, removalOf, removeContactPage } from './contacts/pages.ts';
import type { AccountVisit } from './account-visit.ts';
import type { ContactsRules } from './contacts/contacts.ts';
import type { ContactKind } from '../accounts/index.ts';
import type { SignedInPerson, WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { FreshProof } from '../sessions/index.ts';

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const noFields = z.strictObject({});
const formOf = {
  phone: z.strictObject({ phone: z.string().default('') }).transform(({ phone }) => phone),
  email: z.strictObject({ email: z.string().default('') }).transform(({ email }) => email),
} as const;
const visitOf = (ctx: PageContext): AccountVisit => ({ ...ctx.state.visit, clientId: undefined });

export const contactsRoutes = ({ contacts }: { contacts: ContactsRules }, http: Http) => {
  const { withPerson, withFreshProof, cookies, readForm, show } = http;
  const router = new Router<PageState>();

  router.get(base, (ctx) =>
    withPerson(ctx, ({ account }) => show(ctx, contactsPage(ctx.state, account, readDone(ctx.query['done'])))),
  );

  const give = async (
    ctx: PageContext,
    person: SignedInPerson,
    kind: ContactKind,
    typed: string,
    proof: FreshProof,
  ) => {
    const given = await contacts.give(person, proof, { kind, typed }, visitOf(ctx));
    if (given.outcome === 'given') {
      cookies.write(ctx, 'contact', given.token);
      return moveOn(ctx, codeAddress);
    }
    const why = typed.trim() === '' ? 'missing' : given.outcome;
    const mistakes = [{ field: kind, text: ctx.state.t(`contacts.new.mistake.${why}.${kind}`) }];
    return show(ctx, newContactPage(ctx.state, person.account, kind, { typed, mistakes }));
  };

  const showRemoval = async (ctx: PageContext, { account }: SignedInPerson, kind: ContactKind, status?: number) => {
    if (account[kind] === undefined) return moveOn(ctx, base);
    const loss = await contacts.lossOf(account, kind);
    return show(ctx, removeContactPage(ctx.state, account, kind, loss, status));
  };

  const remove = async (ctx: PageContext, person: SignedInPerson, kind: ContactKind, proof: FreshProof) => {
    const { outcome } = await contacts.remove(person, proof, kind, visitOf(ctx));
    switch (outcome) {
      case 'removed':
        return moveOn(ctx, doneAddress({ kind, outcome }));
      case 'last':
        return moveOn(ctx, removalOf(kind)); // the page says why, as the account is now
      case 'none':
      case 'gone':
        return moveOn(ctx, base);
    }
  };

  for (const kind of contactKinds) {
    router.get(addressOf(kind), (ctx) =>
      withPerson(ctx, (person) =>
        withFreshProof(ctx, person, () => show(ctx, newContactPage(ctx.state, person.account, kind, {}))),
      ),
    );
    router.post(addressOf(kind), async (ctx) => {
      const typed = await readForm(ctx, formOf[kind]);
      await withPerson(ctx, (person) => withFreshProof(ctx, person, (proof) => give(ctx, person, kind, typed, proof)));
    });

    router.get(removalOf(kind), (ctx) =>
      withPerson(ctx, (person) => withFreshProof(ctx, person, async () => showRemoval(ctx, person, kind))),
    );
    router.post(removalOf(kind), async (ctx) => {
      await readForm(ctx, noFields);
      await withPerson(ctx, (person) => withFreshProof(ctx, person, (proof) => remove(ctx, person, kind, proof)));
    });
  }

  return router;
};
