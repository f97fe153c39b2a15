// What a person sees when a request of a service cannot be answered at all: whose mistake it is, what to do, a reference to quote.
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { describeService } from '../clients/service-view.ts';
import { Refusal, type PageContext, type Web } from '../../web/index.ts';

type ErrorOut = { error: string };

const knownErrors = new Set([
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'invalid_redirect_uri',
  'unsupported_response_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'invalid_request_uri',
]);

const textKey = (route: string, out: ErrorOut, error: Error): string => {
  if (route.startsWith('end_session')) return 'sign_out';
  if (error instanceof errors.SessionNotFound) return 'session_not_found';
  return knownErrors.has(out.error) ? out.error : 'default';
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

    const { t, visit, log } = ctx.state;
    const key = `errors.protocol.${textKey(ctx.oidc.route, out, error)}`;
    const { client } = ctx.oidc;
    const service = client === undefined ? undefined : describeService(client);
    log.info({ code: out.error, clientId: client?.clientId }, 'request of a service refused');
    const back =
      service === undefined || service.href === ''
        ? undefined
        : { href: service.href, text: t('errors.back-to-service', { service: service.name }) };
    await show(ctx, {
      view: 'error',
      title: t(`${key}.heading`),
      status: ctx.status,
      values: {
        heading: t(`${key}.heading`),
        text: t(`${key}.text`),
        advice: t(`${key}.advice`),
        reference: visit.requestId,
        back,
      },
    });
  };
