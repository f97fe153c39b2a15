// The page of a person's own data, its form, and the name for whoever may still change it.
import Router from '@koa/router';
import { z } from 'zod';
import { moveOn, zoneOf, type PageContext, type PageState, type Web } from '../web/index.ts';
import { detailsForm, nameForm, preferencesForm, readDetails, readNameForm, typedDetails } from './profile/forms.ts';
import { base, detailsAddress, detailsPage, nameAddress, namePage } from './profile/pages.ts';
import { profileDone, profilePage, type ProfileDone } from './profile/pages.ts';
import { isZone } from './profile/zones.ts';
import type { ProfileRules } from './profile/profile.ts';
import { partsOfDate, type Accounts } from '../accounts/index.ts';
import type { SignedInPerson, WithFreshProof, WithPerson } from '../oidc/index.ts';
import type { FreshProof } from '../sessions/index.ts';

interface Rules {
  profile: ProfileRules;
  accounts: Pick<Accounts, 'readDocuments'>;
  now: () => Date;
}

interface Http extends Pick<Web, 'readForm' | 'show'> {
  withPerson: WithPerson;
  withFreshProof: WithFreshProof;
}

const doneQuery = z.enum(profileDone).optional().catch(undefined);

export const profileRoutes = ({ profile, accounts, now }: Rules, http: Http) => {
  const { withPerson, withFreshProof, readForm, show } = http;
  const router = new Router<PageState>();
  const visitOf = (ctx: PageContext) => ({ ...ctx.state.visit, clientId: undefined });

  const showProfile = async (ctx: PageContext, { account }: SignedInPerson, done?: ProfileDone) =>
    show(ctx, profilePage(ctx.state, account, { documents: await accounts.readDocuments(account.id), done }, now()));

  router.get(base, (ctx) => withPerson(ctx, (person) => showProfile(ctx, person, doneQuery.parse(ctx.query['done']))));

  router.post(base, async (ctx) => {
    const { language: locale, zone, notices: signInNotices } = await readForm(ctx, preferencesForm);
    await withPerson(ctx, async (person) => {
      const own = person.account.profile.zoneinfo ?? '';
      const zoneinfo = isZone(zone, own) ? zone : zoneOf(own); // our own list brings no other
      const { outcome } = await profile.prefer(person, { locale, zoneinfo, signInNotices }, visitOf(ctx));
      // The pages speak it from now on too.
      return moveOn(ctx, outcome === 'saved' ? `${base}?done=saved&lang=${locale}` : base);
    });
  });

  /** Runs `work` for whoever may change their name. */
  const withName = (ctx: PageContext, work: (person: SignedInPerson, proof: FreshProof) => Promise<void>) =>
    withPerson(ctx, async (person) => {
      if (person.account.level !== 'basic') return moveOn(ctx, base);
      return withFreshProof(ctx, person, (proof) => work(person, proof));
    });

  router.get(nameAddress, (ctx) =>
    withName(ctx, ({ account }) => show(ctx, namePage(ctx.state, account, account.profile))),
  );

  router.post(nameAddress, async (ctx) => {
    const { name, mistakes } = readNameForm(await readForm(ctx, nameForm), ctx.state);
    await withName(ctx, async (person, proof) => {
      if (mistakes.length > 0) return show(ctx, namePage(ctx.state, person.account, name, mistakes));
      const { outcome } = await profile.rename(person, proof, name, visitOf(ctx));
      return moveOn(ctx, outcome === 'changed' ? `${base}?done=name` : base);
    });
  });

  const withProof = (ctx: PageContext, work: (person: SignedInPerson, proof: FreshProof) => Promise<void>) =>
    withPerson(ctx, (person) => withFreshProof(ctx, person, (proof) => work(person, proof)));

  router.get(detailsAddress, (ctx) =>
    withProof(ctx, ({ account }) => {
      const { nickname = '', gender = '', birthdate } = account.profile;
      return show(ctx, detailsPage(ctx.state, account, { nickname, gender, birthdate: partsOfDate(birthdate) }));
    }),
  );

  router.post(detailsAddress, async (ctx) => {
    const typed = typedDetails(await readForm(ctx, detailsForm));
    await withProof(ctx, async (person, proof) => {
      const { details, mistakes } = readDetails(typed, ctx.state, now());
      if (mistakes.length > 0) return show(ctx, detailsPage(ctx.state, person.account, typed, mistakes));
      const { outcome } = await profile.changeDetails(person, proof, details, visitOf(ctx));
      return moveOn(ctx, outcome === 'changed' ? `${base}?done=details` : base);
    });
  });

  return router;
};
