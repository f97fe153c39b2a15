// What every question of a registration has in common: its address, its place on the way, for whom.
import { formatPhone } from '../accounts/index.ts';
import { steps, type Answers, type Step } from './answers.ts';
import type { ServiceView } from '../oidc/index.ts';
import type { Mistake, Page, Speech } from '../web/index.ts';

const base = '/registration';
export const addressOf = (step: Step): string => (step === 'name' ? base : `${base}/${step}`);

/** The service that the person came from, if any. */
export type From = Pick<ServiceView, 'name' | 'host' | 'initial'> | undefined;

const order: readonly Step[] = steps;
/** What comes after all is done is no step of the way. */
export const progressOf = (step: Step) => {
  const place = order.indexOf(step);
  return place < 0 ? null : { step: place + 1, of: steps.length - 1 };
};

export const shown = (contact: Answers['contact']): string =>
  contact?.kind === 'phone' ? formatPhone(contact.value) : (contact?.value ?? '');

export const question = (
  { t }: Speech,
  step: Step,
  { mistakes = [], status = 422 }: { mistakes?: Mistake[] | undefined; status?: number },
  from: From,
  values: Record<string, unknown>,
): Page => ({
  view: `registration/${step}`,
  title: t(`registration.${step}.title`),
  status: mistakes.length === 0 ? 200 : status,
  mistakes,
  action: addressOf(step),
  values: { service: from ?? null, progress: progressOf(step), ...values },
});
