// The registry of the sandbox as a deployment's own would be: JSON in, JSON out.
import Router from '@koa/router';
import { Refusal, type PageContext, type PageState } from '../web/index.ts';
import { answerAsRegistry } from './registry.ts';

const longestBody = 16 * 1024;

const readJson = async (ctx: PageContext): Promise<unknown> => {
  if (!ctx.is('application/json')) throw new Refusal('unsupported-form', 'not JSON');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new Refusal('bad-request', 'body is not bytes');
    size += chunk.length;
    if (size > longestBody) throw new Refusal('too-large', 'body is too large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal('bad-request', 'body is not JSON');
  }
};

export const registryRoutes = () => {
  const router = new Router<PageState>();

  router.post('/sandbox/registry', async (ctx) => {
    const answer = answerAsRegistry(await readJson(ctx));
    switch (answer.outcome) {
      case 'answered':
        ctx.body = { result: answer.result };
        return;
      case 'try-later':
        ctx.status = 503;
        ctx.set('Retry-After', '30');
        ctx.body = { error: 'temporarily_unavailable' };
        return;
      case 'malformed':
        throw new Refusal('bad-request', 'not a question to the registry');
    }
  });

  return router;
};
