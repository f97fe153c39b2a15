// The pages of second factors: a fresh proof before each of them, one form on each.
import Router from '@koa/router';
import { z } from 'zod';
import { hasSecondFactor } from '../second-factors/index.ts';
import { moveOn, type PageContext, type PageState, type Web } from '../web/index.ts';
import { appCodePage, appFactorPage, codesFactorPage, factorAddresses } from './factors/pages.ts';
import { recoveryCodesPage, smsFactorPage } from './factors/pages.ts';
import { loginOf } from './pages.ts';
import type { FactorAdded } from './factors/change-factors.ts';
import type { FactorSettings } from './factors/factor-settings.ts';
import type { SignedInPerson, WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { FreshProof } from '../sessions/index.ts';

interface Rules {
  factorSettings: FactorSettings;
  deploymentName: string;
}

interface Http extends Pick<Web, 'cookies' | 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const factorForm = z.strictObject({ action: z.enum(['begin', 'remove']) });
const codesForm = z.strictObject({ action: z.literal('make') });
const appCodeForm = z.strictObject({ code: z.string().default('') });

export const factorRoutes = (
  { factorSettings: settings, deploymentName }: Rules,
  { withPerson, withFreshProof, cookies, readForm, show }: Http,
) => {
  const router = new Router<PageState>();
  const visitOf = (ctx: PageContext) => ({ ...ctx.state.visit, clientId: undefined });
  const toSecurity = (ctx: PageContext, done: string) => moveOn(ctx, `/account/security?done=${done}`);

  const withProof = (ctx: PageContext, work: (person: SignedInPerson, proof: FreshProof) => Promise<void>) =>
    withPerson(ctx, (person) => withFreshProof(ctx, person, (proof) => work(person, proof)));

  const showAdded = (ctx: PageContext, { account }: SignedInPerson, kind: 'app' | 'sms', added: FactorAdded) => {
    if (added.outcome !== 'added') return moveOn(ctx, '/account/security');
    if (added.codes.length === 0) return toSecurity(ctx, `${kind}-added`);
    return show(ctx, recoveryCodesPage(ctx.state, account, { codes: added.codes, added: kind }));
  };

  const remove = async (ctx: PageContext, person: SignedInPerson, kind: 'app' | 'sms', proof: FreshProof) => {
    const { outcome } = await settings.remove(person, kind === 'app' ? 'totp' : 'sms', proof, visitOf(ctx));
    return outcome === 'removed' ? toSecurity(ctx, `${kind}-removed`) : moveOn(ctx, '/account/security');
  };

  router.get(factorAddresses.app, (ctx) =>
    withProof(ctx, async ({ account }) => show(ctx, appFactorPage(ctx.state, account, await settings.of(account)))),
  );

  router.post(factorAddresses.app, async (ctx) => {
    const { action } = await readForm(ctx, factorForm);
    await withProof(ctx, async (person, proof) => {
      if (action === 'remove') return remove(ctx, person, 'app', proof);
      cookies.write(ctx, 'factor', await settings.beginApp(proof));
      return moveOn(ctx, factorAddresses['app-code']);
    });
  });

  const showAppCode = (ctx: PageContext, { account }: SignedInPerson, secret: string, mistake?: string) => {
    const address = settings.addressOf(secret, { issuer: deploymentName, label: loginOf(account) });
    const mistakes = mistake === undefined ? [] : [{ field: 'code', text: ctx.state.t(mistake) }];
    return show(ctx, appCodePage(ctx.state, account, { secret, address, mistakes }));
  };

  const withSecret = (ctx: PageContext, work: (person: SignedInPerson, secret: string) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      const secret = await settings.waitingSecret(person, cookies.read(ctx, 'factor'));
      return secret === undefined ? moveOn(ctx, factorAddresses.app) : work(person, secret);
    });

  router.get(factorAddresses['app-code'], (ctx) =>
    withSecret(ctx, (person, secret) => showAppCode(ctx, person, secret)),
  );

  router.post(factorAddresses['app-code'], async (ctx) => {
    const { code } = await readForm(ctx, appCodeForm);
    await withSecret(ctx, async (person, secret) => {
      const typed = { token: cookies.read(ctx, 'factor'), code, deviceCookie: cookies.read(ctx, 'device') };
      const added = await settings.confirmApp(person, typed, visitOf(ctx));
      if (added.outcome === 'wrong') return showAppCode(ctx, person, secret, 'factors.app-code.mistake');
      if (added.outcome === 'gone') return moveOn(ctx, factorAddresses.app);
      return showAdded(ctx, person, 'app', added);
    });
  });

  router.get(factorAddresses.sms, (ctx) =>
    withProof(ctx, async ({ account }) => {
      const facts = { factors: await settings.of(account), phone: settings.phoneOf(account) };
      return show(ctx, smsFactorPage(ctx.state, account, facts));
    }),
  );

  router.post(factorAddresses.sms, async (ctx) => {
    const { action } = await readForm(ctx, factorForm);
    await withProof(ctx, async (person, proof) => {
      if (action === 'remove') return remove(ctx, person, 'sms', proof);
      const added = await settings.switchSmsOn(person, proof, cookies.read(ctx, 'device'), visitOf(ctx));
      return showAdded(ctx, person, 'sms', added);
    });
  });

  router.get(factorAddresses.codes, (ctx) =>
    withProof(ctx, async ({ account }) => {
      const factors = await settings.of(account);
      if (!hasSecondFactor(factors)) return moveOn(ctx, '/account/security');
      return show(ctx, codesFactorPage(ctx.state, account, factors));
    }),
  );

  router.post(factorAddresses.codes, async (ctx) => {
    await readForm(ctx, codesForm);
    await withProof(ctx, async (person, proof) => {
      const made = await settings.makeCodes(person, proof, visitOf(ctx));
      if (made.outcome !== 'made') return moveOn(ctx, '/account/security');
      return show(ctx, recoveryCodesPage(ctx.state, person.account, { codes: made.codes, added: undefined }));
    });
  });

  return router;
};
