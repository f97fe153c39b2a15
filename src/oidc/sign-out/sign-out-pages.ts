// The engine's two sign-out pages in our words.
import type { KoaContextWithOIDC } from 'oidc-provider';
import { readSignOutForm } from '../engine-internals.ts';
import { describeService } from '../clients/service-view.ts';
import { signedOutPage, signOutPage } from '../pages.ts';
import type { PageContext, Web } from '../../web/index.ts';

const serviceOf = ({ oidc }: KoaContextWithOIDC) =>
  oidc.client === undefined ? undefined : describeService(oidc.client);

export const createSignOutPages = ({ show, speakFor }: Pick<Web, 'show' | 'speakFor'>) => ({
  logoutSource: async (ctx: KoaContextWithOIDC & PageContext, form: string): Promise<void> => {
    speakFor(ctx, ctx.oidc.params?.['ui_locales']);
    await show(ctx, signOutPage(ctx.state, serviceOf(ctx), readSignOutForm(form)));
  },
  postLogoutSuccessSource: async (ctx: KoaContextWithOIDC & PageContext): Promise<void> => {
    await show(ctx, signedOutPage(ctx.state, serviceOf(ctx)));
  },
});
