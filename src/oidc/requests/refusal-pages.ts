// What a person sees when a request of a service cannot be answered at all: whose mistake it is, what to do, a reference to quote.
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { describeService } from '../clients/service-view.ts';
import { isRequestRefusal, requestRefusedPage } from '../pages.ts';
import { Refusal, type PageContext, type Web } from '../../web/index.ts';

type ErrorOut = { error: string };

const textOf = (route: string, out: ErrorOut, error: Error): string => {
  if (route.startsWith('end_session')) return 'sign_out';
  if (error instanceof errors.SessionNotFound) return 'session_not_found';
  return isRequestRefusal(out.error) ? out.error : 'default';
};

interface Needs {
  show: Web['show'];
  isUnavailable: (error: unknown) => boolean;
}

/** The engine's `renderError`: texts by error code; nothing of the request is repeated. */
export const createRenderError =
  ({ show, isUnavailable }: Needs) =>
  async (ctx: KoaContextWithOIDC & PageContext, out: ErrorOut, error: Error): Promise<void> => {
    if (isUnavailable(error)) throw error;
    if (out.error === 'server_error') throw new Refusal('unexpected', error.name);

    const { client } = ctx.oidc;
    ctx.state.log.info({ code: out.error, clientId: client?.clientId }, 'request of a service refused');
    const service = client === undefined ? undefined : describeService(client);
    await show(ctx, requestRefusedPage(ctx.state, textOf(ctx.oidc.route, out, error), ctx.status, service));
  };
