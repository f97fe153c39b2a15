// The page with three fields: the old password, the new one, the new one again.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, Refusal, type PageContext, type PageState, type Web } from '../web/index.ts';
import { changePasswordPage, type PasswordPageState } from './pages.ts';
import { hasSecondFactor, type SecondFactors } from '../second-factors/index.ts';
import type { SignedInPerson, WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { ChangePassword } from './change-password.ts';

interface Rules {
  changePassword: ChangePassword;
  passwordPolicy: { least: number; make: () => string };
  secondFactors: Pick<SecondFactors, 'ofAccount'>;
  now: () => Date;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
  renewSession: (ctx: PageContext) => Promise<void>;
}

const passwordForm = z.strictObject({
  username: z.string().optional(),
  password: z.string().default(''),
  new_password: z.string().default(''),
  new_password_again: z.string().default(''),
  action: z.literal('make').optional(),
});

export const passwordRoutes = (
  { changePassword, passwordPolicy, secondFactors, now }: Rules,
  { withPerson, withFreshProof, renewSession, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>();

  const showPassword = (ctx: PageContext, { account }: SignedInPerson, state: PasswordPageState) =>
    show(ctx, changePasswordPage(ctx.state, account, state, { least: passwordPolicy.least, now: now() }));

  /** The old password stands in the form itself; a second factor has to be given before it (ASVS 7.5.1). */
  const withOwner = (ctx: PageContext, work: (person: SignedInPerson) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      if (!hasSecondFactor(await secondFactors.ofAccount(person.account))) return work(person);
      return withFreshProof(ctx, person, () => work(person));
    });

  router.get('/account/password', (ctx) => withOwner(ctx, (person) => showPassword(ctx, person, {})));

  router.post('/account/password', async (ctx) => {
    const form = await readForm(ctx, passwordForm);
    await withOwner(ctx, async (person) => {
      const { t, visit } = ctx.state;
      const mistake = (field: string, key: string, values = {}) =>
        showPassword(ctx, person, { mistakes: [{ field, text: t(key, values) }] });
      if (form.action === 'make') return showPassword(ctx, person, { made: passwordPolicy.make() });
      if (form.password === '') return mistake('password', 'account.password.mistake.missing');
      if (form.new_password !== form.new_password_again)
        return mistake('new_password_again', 'password.mistake.different');

      const typed = {
        password: form.password,
        newPassword: form.new_password,
        deviceCookie: cookies.read(ctx, 'device'),
      };
      const changed = await changePassword(person, typed, { ...visit, clientId: undefined });
      switch (changed.outcome) {
        case 'changed':
          await renewSession(ctx);
          return moveOn(ctx, '/account/security?done=password');
        case 'refused':
          return mistake('new_password', `password.mistake.${changed.why}`, { count: changed.missing ?? 0 });
        case 'same':
          return mistake('new_password', 'account.password.mistake.same');
        case 'wrong':
          return mistake('password', 'account.password.mistake.wrong');
        case 'wait':
          return showPassword(ctx, person, { waitUntil: changed.until });
        case 'changed-meanwhile':
          return mistake('password', 'account.password.mistake.changed-meanwhile');
        case 'signed-out':
          return moveOn(ctx, '/account/password');
        case 'busy':
          throw new Refusal('busy', 'hashing queue is full', 5);
      }
    });
  });

  return router;
};
