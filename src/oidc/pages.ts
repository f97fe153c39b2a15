// The engine's pages in our words: a request that cannot be answered, a step that is over, the two of signing out.
import { errorPage, type Page, type Speech } from '../web/index.ts';
import type { ServiceView } from './clients/service-view.ts';

/** What can be wrong with a request of a service, each with its own text. */
export const requestRefusals = [
  'default',
  'session_not_found',
  'sign_out',
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
];

export const isRequestRefusal = (code: string): boolean => requestRefusals.includes(code);

/** `text`: one of `requestRefusals`. */
export const requestRefusedPage = (
  speech: Speech,
  text: string,
  status: number,
  service: Pick<ServiceView, 'name' | 'href'> | undefined,
): Page => {
  const hasWayBack = service !== undefined && service.href !== '';
  const back = hasWayBack
    ? { href: service.href, text: speech.t('errors.back-to-service', { service: service.name }) }
    : undefined;
  return errorPage(speech, { key: `errors.protocol.${text}`, status, back });
};

/** The step of a sign-in that a page belonged to is over. */
export const gonePage = ({ t }: Speech, service: ServiceView | undefined): Page => ({
  view: 'sign-in/gone',
  title: t('gone.title'),
  status: 400,
  quotesReference: true,
  values: { service: service ?? null },
});

/** `form`: where the engine wants the answer, with its own proof against forgery. */
export const signOutPage = (
  { t }: Speech,
  service: ServiceView | undefined,
  form: { action: string; xsrf: string },
): Page => ({
  view: 'sign-out/confirm',
  title: t('sign-out.confirm.title'),
  values: { service: service ?? null, signOut: form, formId: 'op.logoutForm' },
});

/** Without a service everything was left. */
export const signedOutPage = ({ t }: Speech, service: ServiceView | undefined): Page => ({
  view: 'sign-out/done',
  title: t('sign-out.done.title'),
  values: { service: service ?? null },
});

export const oidcPages = { requestRefusedPage, gonePage, signOutPage, signedOutPage };
