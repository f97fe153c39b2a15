// The engine's router takes other spellings of its addresses, which would pass by what we do at them; there is one spelling.
import { Refusal, type PageMiddleware } from '../../web/index.ts';

const plain = /^\/(auth(\/[\w-]+)?|session\/end(\/(confirm|success))?)$/;
const alike = new RegExp(`${plain.source.slice(0, -1)}/*$`, 'i');

export const refuseOddSpellings: PageMiddleware = async (ctx, next) => {
  const isOurs = alike.test(ctx.path);
  if (isOurs && !plain.test(ctx.path)) throw new Refusal('not-found', 'an address in another spelling');
  if (isOurs && ctx.method === 'HEAD') throw new Refusal('method-not-allowed', 'HEAD would act like GET');
  await next();
};
