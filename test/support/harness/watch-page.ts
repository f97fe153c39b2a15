// What happens around a page: what it asks of others, what the browser complains of, what its policy allows.
import type { Page } from 'playwright-core';

export interface Watch {
  /** What has happened since the last call. */
  takeProblems: () => string[];
}

/** To be called before the page goes anywhere. `own`: origins that are ours; `services`: where journeys begin and end. */
export const watchPage = (page: Page, own: readonly string[], services: readonly string[] = []): Watch => {
  const problems: string[] = [];

  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && ![...own, ...services].includes(origin)) problems.push(`asks ${origin}`);
  });
  page.on('response', (response) => {
    const { origin } = new URL(response.url());
    if (!response.request().isNavigationRequest() || response.status() < 200 || !own.includes(origin)) return;
    const { 'content-security-policy': policy = '', location } = response.headers();
    if (location === undefined && (!policy.includes("default-src 'none'") || policy.includes('unsafe-')))
      problems.push(`has the policy "${policy}"`);
  });
  page.on('console', (message) => {
    const isOwnStatus = message.location().url === page.url() && message.text().includes('responded with a status of');
    const isOfService = services.some((origin) => message.location().url.startsWith(origin));
    if (message.type() === 'error' && !isOwnStatus && !isOfService)
      problems.push(`the browser complains: ${message.text()}`);
  });
  page.on('pageerror', (error) => void problems.push(`a script fails: ${error.message}`));

  return { takeProblems: () => problems.splice(0) };
};
