// Every import rule is alive: it catches the violations seeded for it, and no other rule does.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

/** Path → source. */
type Tree = Record<string, string>;

const nobody = 'export {};';

const emptyPackage = (name: string): Tree => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'lib/index.js' }),
  [`node_modules/${name}/lib/index.js`]: nobody,
});

// A small house in which everybody keeps the rules, also those that are easily forbidden by mistake.
const cleanHouse: Tree = {
  'package.json': JSON.stringify({
    dependencies: { mongoose: '1', koa: '1', '@koa/router': '1', 'oidc-provider': '1' },
    devDependencies: { 'mongodb-memory-server-core': '1' },
  }),
  ...emptyPackage('mongoose'),
  ...emptyPackage('mongodb'),
  ...emptyPackage('koa'),
  ...emptyPackage('@koa/router'),
  ...emptyPackage('oidc-provider'),
  ...emptyPackage('mongodb-memory-server-core'),
  'node_modules/oidc-provider/lib/helpers/weak_cache.js': nobody,

  'config/index.ts': `import './limits.ts';`,
  'config/limits.ts': nobody,
  'scripts/civic.ts': `import '../config/index.ts'; import '../src/accounts/index.ts';`,
  'test/support/app.ts': nobody,

  'src/main.ts': `
    import '../config/index.ts'; import './app.ts'; import './web/index.ts'; import 'koa';
    type Sandbox = typeof import('./sandbox/index.ts');
    await import('./sandbox/index.ts');`,
  'src/app.ts': `
    import type { Config } from '../config/index.ts';
    import './services.ts'; import './web/index.ts'; import './pin/index.ts'; import './help/index.ts'; import 'koa';`,
  'src/services.ts': `
    import type { Config } from '../config/index.ts';
    import './mongo/index.ts'; import './hashing/index.ts'; import './accounts/index.ts'; import './oidc/index.ts';`,

  'src/pin/index.ts': `export * from './check-pin.ts'; export * from './routes.ts';`,
  'src/pin/check-pin.ts': `import './pin-store.ts'; import '../accounts/index.ts';`,
  'src/pin/pin-store.ts': `import 'mongoose'; import '../mongo/index.ts';`,
  'src/pin/routes.ts': `import type Router from '@koa/router'; import '../web/index.ts';`,
  'src/help/index.ts': `export * from './routes.ts';`,
  'src/help/routes.ts': `import 'koa';`,
  'src/sandbox/index.ts': `
    import type { App } from '../app.ts';
    import 'koa'; import 'mongodb-memory-server-core'; import '../web/index.ts';`,

  'src/mongo/index.ts': `import 'mongoose';`,
  'src/web/index.ts': `import 'koa';`,
  'src/hashing/index.ts': `new Worker(new URL('./hash-worker.ts', import.meta.url));`,
  'src/hashing/hash-worker.ts': `import './keyed-bcrypt.ts';`,
  'src/hashing/keyed-bcrypt.ts': nobody,
  'src/accounts/index.ts': `export * from './store.ts';`,
  'src/accounts/store.ts': `import type { Schema } from 'mongoose'; import '../mongo/index.ts';`,
  'src/oidc/index.ts': `
    import 'oidc-provider'; import './engine-internals.ts'; import '../accounts/index.ts'; import '../web/index.ts';`,
  'src/oidc/engine-internals.ts': `import 'oidc-provider/lib/helpers/weak_cache.js';`,
};

/** A service above the ground floor that imports one which services.ts builds later. */
const upsideDown = (service: string, later: string): Tree => ({
  [`src/${service}/index.ts`]: `export * from './upside-down.ts';`,
  [`src/${service}/upside-down.ts`]: `import '../${later}/index.ts';`,
  [`src/${later}/index.ts`]: nobody,
  'src/services.ts': `import './${service}/index.ts';`,
});

// Rule → what is added to the clean house to break it. A file that stands already keeps its lines.
const seeds: Record<string, Tree[]> = {
  'no-circles': [
    { 'src/pin/check-pin.ts': `import './set-pin.ts';`, 'src/pin/set-pin.ts': `import './check-pin.ts';` },
    { 'src/services.ts': `import type { App } from './app.ts';` },
  ],
  'rooms-do-not-import-rooms': [
    { 'src/help/routes.ts': `import '../pin/index.ts';` },
    { 'src/help/routes.ts': `import type { Pin } from '../pin/index.ts';` },
    { 'src/sandbox/index.ts': `import '../pin/index.ts';` },
  ],
  'everybody-enters-by-the-door': [
    { 'src/pin/check-pin.ts': `import '../accounts/store.ts';` },
    { 'src/app.ts': `import './pin/routes.ts';` },
    { 'scripts/civic.ts': `import type { Account } from '../src/accounts/store.ts';` },
  ],
  'services-know-no-room': [{ 'src/accounts/store.ts': `import '../help/index.ts';` }],
  'ground-floor-knows-nobody': [
    { 'src/mongo/index.ts': `import '../hashing/index.ts';` },
    { 'src/web/index.ts': `import '../accounts/index.ts';` },
    { 'src/hashing/keyed-bcrypt.ts': `import '../help/index.ts';` },
  ],
  'journal-stands-on-earlier-services': [upsideDown('journal', 'attempts')],
  'attempts-stands-on-earlier-services': [upsideDown('attempts', 'passwords')],
  'passwords-stands-on-earlier-services': [upsideDown('passwords', 'accounts')],
  'accounts-stands-on-earlier-services': [upsideDown('accounts', 'sessions')],
  'sessions-stands-on-earlier-services': [upsideDown('sessions', 'devices')],
  'devices-stands-on-earlier-services': [upsideDown('devices', 'oidc')],
  'oidc-stands-on-earlier-services': [upsideDown('oidc', 'codes')],
  'codes-stands-on-earlier-services': [upsideDown('codes', 'delivery')],
  'delivery-stands-on-earlier-services': [upsideDown('delivery', 'code-messages')],
  'code-messages-stands-on-earlier-services': [upsideDown('code-messages', 'notices')],
  'notices-stands-on-earlier-services': [upsideDown('notices', 'flows')],
  'registry-stands-on-earlier-services': [upsideDown('registry', 'flows')],
  'flows-stands-on-earlier-services': [upsideDown('flows', 'second-factors')],
  'web-only-for-pages': [
    { 'src/accounts/store.ts': `import '../web/index.ts';` },
    { 'src/services.ts': `import './web/index.ts';` },
  ],
  'nobody-reaches-up': [{ 'src/pin/check-pin.ts': `import type { Services } from '../services.ts';` }],
  'mongoose-only-in-stores': [
    { 'src/pin/check-pin.ts': `import type { Types } from 'mongoose';` },
    { 'src/sandbox/index.ts': `import './store.ts';`, 'src/sandbox/store.ts': `import 'mongoose';` },
    { 'src/services.ts': `import 'mongoose';` },
  ],
  'oidc-provider-only-in-oidc': [{ 'src/app.ts': `import type { Provider } from 'oidc-provider';` }],
  'engine-internals-in-one-file': [{ 'src/oidc/index.ts': `import 'oidc-provider/lib/helpers/weak_cache.js';` }],
  'koa-only-in-routes': [
    { 'src/pin/check-pin.ts': `import type { Context } from 'koa';` },
    { 'src/services.ts': `import '@koa/router';` },
  ],
  'only-main-and-scripts-read-config': [
    { 'src/pin/check-pin.ts': `import type { Limits } from '../../config/limits.ts';` },
  ],
  'app-and-services-are-handed-the-config': [
    { 'src/app.ts': `import { config } from '../config/index.ts';` },
    { 'src/services.ts': `import '../config/limits.ts';` },
  ],
  'src-knows-no-tests-or-scripts': [
    { 'src/pin/check-pin.ts': `import '../../test/support/app.ts';` },
    { 'config/limits.ts': `import '../scripts/seed.ts';`, 'scripts/seed.ts': nobody },
  ],
  'sandbox-only-by-main': [{ 'scripts/civic.ts': `import '../src/sandbox/index.ts';` }],
  'sandbox-is-loaded-dynamically': [{ 'src/main.ts': `import './sandbox/index.ts';` }],
  'no-unknown-folders': [{ 'src/app.ts': `import './cellar/index.ts';`, 'src/cellar/index.ts': nobody }],
  'no-orphans': [{ 'src/pin/forgotten.ts': `import './check-pin.ts';` }, { 'config/forgotten.ts': nobody }],
  'no-unresolvable': [{ 'src/pin/check-pin.ts': `import './gone.ts';` }],
  'packages-are-declared': [{ ...emptyPackage('left-pad'), 'src/pin/check-pin.ts': `import 'left-pad';` }],
  'no-dev-packages-in-production': [{ 'src/app.ts': `import 'mongodb-memory-server-core';` }],
};

const options = await extractDepcruiseOptions('./config/tools/dependency-cruiser.config.mjs');
const ruleNames = (options.ruleSet?.forbidden ?? []).map((rule) => rule.name ?? 'a rule without a name');

const readViolations = ({ output }: Awaited<ReturnType<typeof cruise>>): string[] => {
  if (typeof output === 'string') throw new Error(output);
  return [...new Set(output.summary.violations.map(({ rule }) => rule.name))];
};

describe('the import rules', () => {
  const house = mkdtempSync(join(tmpdir(), 'civic-id-house-'));

  const put = (path: string, source: string): void => {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), source);
  };
  const restore = (path: string): void => {
    rmSync(join(house, path));
    if (cleanHouse[path] !== undefined) put(path, cleanHouse[path]);
  };
  const findBrokenRules = async (): Promise<string[]> =>
    readViolations(await cruise(['src', 'config', 'scripts'], { ...options, baseDir: house }));

  const findBrokenRulesWith = async (seed: Tree): Promise<string[]> => {
    for (const [path, lines] of Object.entries(seed)) put(path, [cleanHouse[path], lines].join('\n'));
    const brokenRules = await findBrokenRules();
    Object.keys(seed).forEach(restore);
    return brokenRules;
  };

  beforeAll(() => Object.entries(cleanHouse).forEach(([path, source]) => put(path, source)));
  afterAll(() => rmSync(house, { recursive: true }));

  it('find nothing in a clean house', async () => {
    expect(await findBrokenRules()).toEqual([]);
  });

  it('have a seeded violation each', () => {
    expect(Object.keys(seeds).sort()).toEqual([...ruleNames].sort());
  });

  it.each(Object.entries(seeds))('catch %s', async (rule, violations) => {
    for (const violation of violations) expect(await findBrokenRulesWith(violation)).toEqual([rule]);
  });

  it('find the house clean again', async () => {
    expect(await findBrokenRules()).toEqual([]);
  });
});
