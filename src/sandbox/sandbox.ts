// Everything that only a sandbox has, put together from what the product itself offers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa from 'koa';
import { demoClientId, type ClientRegistry } from '../oidc/index.ts';
import { listen, type Listening, type PageState, type Web } from '../web/index.ts';
import { CannotStart } from './mongod/index.ts';
import { createDemo } from './demo.ts';
import { galleryRoutes } from './gallery/routes.ts';
import { listOutbox } from './outbox.ts';
import { registryRoutes } from './registry-routes.ts';
import { sandboxRoutes } from './routes.ts';
import { seedCitizens, type SeedNeeds } from './seed.ts';
import type { App } from '../app.ts';
import type { Delivery } from '../delivery/index.ts';

interface Needs {
  rules: { clientRegistry: ClientRegistry; pin: SeedNeeds['pin'] };
  services: Pick<SeedNeeds, 'accounts' | 'passwords' | 'secondFactors' | 'inTransaction'> & { delivery: Delivery };
  pages: App['pages'];
  termsVersion: string;
  web: Web;
  issuer: URL;
  viewsDir: string;
  now: () => Date;
}

interface DemoNeeds {
  port: number;
  clientSecret: string;
  limits: { headersSeconds: number; requestSeconds: number; closeSeconds: number };
}

/** Another host than the issuer's, so that their cookies do not mix. */
const demoAddress = (port: number): URL => new URL(`http://127.0.0.1:${port}`);

const demoMetadata = (self: URL, clientSecret: string) => ({
  client_id: demoClientId,
  client_name: 'Платежи города',
  client_secret: clientSecret,
  client_uri: self.origin,
  redirect_uris: [new URL('/callback', self).href],
  post_logout_redirect_uris: [new URL('/', self).href],
  token_endpoint_auth_method: 'client_secret_basic',
});

export const createSandbox = async ({ rules, services, pages, termsVersion, web, issuer, viewsDir, now }: Needs) => {
  await seedCitizens({ ...services, pin: rules.pin, termsVersion, now });

  const app = new Koa<PageState>();
  app.proxy = true; // headers that `web.admit` has made ours
  for (const middleware of web.middleware) app.use(middleware);
  const routers = [
    sandboxRoutes({ show: web.show, outbox: () => listOutbox(services.delivery) }),
    registryRoutes(),
    galleryRoutes({ pages, ...web }),
  ];
  for (const router of routers) app.use(router.routes()).use(router.allowedMethods());
  const handle = app.callback();

  return {
    callback: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      web.admit(request);
      await handle(request, response);
    },
    /** Registers the demo service and lets it listen. */
    startDemo: async ({ port, clientSecret, limits }: DemoNeeds): Promise<Listening> => {
      const self = demoAddress(port);
      const registration = await rules.clientRegistry.register(demoMetadata(self, clientSecret), 'sandbox');
      if (registration.outcome === 'invalid') throw new CannotStart(registration.problems.join('; '));
      const demo = createDemo({
        issuer,
        self,
        clientId: demoClientId,
        clientSecret,
        viewsDir,
        assets: web.assets,
        texts: web.texts,
        deployment: web.deployment.name,
      });
      const answer = demo.callback();
      return listen((request, response) => void answer(request, response), { port, host: '127.0.0.1', limits });
    },
  };
};
