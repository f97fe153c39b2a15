// A provider, one that asks new browsers for codes, services, and people who stand somewhere on their way.
import type { Page } from 'playwright-core';
import { openBrowser } from '../browser.ts';
import { startCallbackService } from '../callback-service.ts';
import { startCivicId } from '../civic-id.ts';
import { newService } from '../new-service.ts';
import { watchPage, type Watch } from './watch-page.ts';

export interface Person {
  page: Page;
  watch: Watch;
}

export const startWorld = async () => {
  const [idp, guarded] = await Promise.all([startCivicId({ demo: true }), startCivicId({ newDeviceCodes: true })]);
  const [browser, site] = await Promise.all([openBrowser(), startCallbackService()]);
  const metadata = {
    client_name: 'Портал государственных и муниципальных услуг Примерской области',
    client_uri: site.origin,
    redirect_uris: [site.callback],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const service = await newService(idp, metadata);
  const ownService = await newService(idp, { ...metadata, first_party: true });
  const guardedService = await newService(guarded, metadata);
  const elsewhere = `http://127.0.0.1:${idp.issuer.port}`;
  const own = [idp.issuer.origin, guarded.issuer.origin, elsewhere, String(idp.demoUrl)];

  const people = new Map<string, Person>();
  /** The same page for the same person, so that a state is reached once. */
  const personOf = async (who: string): Promise<Person> => {
    const known = people.get(who);
    if (known !== undefined) return known;
    const page = await browser.newPerson({ locale: 'ru' });
    const person = { page, watch: watchPage(page, own, [site.origin]) };
    people.set(who, person);
    return person;
  };

  /** Where a person stands after `begin`; reached once, opened again in each language. */
  const stops = new Map<string, string>();
  const stopOf = async (name: string, page: Page, begin: () => Promise<void>): Promise<string> => {
    const known = stops.get(name);
    if (known !== undefined) return known;
    await begin();
    const stop = new URL(page.url()).pathname;
    stops.set(name, stop);
    return stop;
  };

  return {
    ...{ idp, guarded, browser, service, ownService, guardedService, elsewhere, personOf, stopOf },
    close: async (): Promise<void> => {
      await browser.close();
      await site.close();
      await Promise.all([idp.stop(), guarded.stop()]);
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
