// Every house rule that eslint keeps is alive: it catches what is seeded for it, where it should, and only there.
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// Types are left out: seeds are not on the disk, and no rule tried here asks for a type.
const eslint = new ESLint({
  overrideConfigFile: 'config/tools/eslint.config.mjs',
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

const findBrokenRules = async (filePath: string, source: string): Promise<(string | null)[]> => {
  const [result] = await eslint.lintText(source, { filePath });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
};

const caught: [promise: string, rule: string, path: string, source: string][] = [
  [
    'the environment read by a room',
    'no-restricted-properties',
    'src/pin/seed.ts',
    'export const port = process.env.PORT;',
  ],
  ['the environment taken apart', 'no-restricted-properties', 'src/main.ts', 'export const { env } = process;'],
  ['the environment read by a script', 'no-restricted-properties', 'scripts/seed.ts', 'export const e = process.env;'],
  ['process by another name', 'no-restricted-imports', 'src/pin/seed.ts', `export { env } from 'node:process';`],
  ['interactionDetails elsewhere', 'no-restricted-properties', 'src/sign-in/seed.ts', 'p.interactionDetails(q, s);'],
  ['interactionFinished elsewhere', 'no-restricted-properties', 'src/oidc/seed.ts', 'p.interactionFinished(q, s);'],
  ['the environment in interactions.ts', 'no-restricted-properties', 'src/oidc/interactions.ts', 'f(process.env);'],
  ['a builtin without node:', 'no-restricted-imports', 'src/pin/seed.ts', `import 'fs';`],
  ['a default export', 'no-restricted-syntax', 'src/pin/seed.ts', 'export default 1;'],
  ['a default export by name', 'no-restricted-syntax', 'test/seed.ts', 'const a = 1; export { a as default };'],
  ['a class', 'no-restricted-syntax', 'src/pin/seed.ts', 'export class Pins { count = 0; }'],
  ['a class that extends no error', 'no-restricted-syntax', 'src/pin/seed.ts', 'export class Pins extends Map {}'],
  ['the console', 'no-console', 'src/main.ts', `console.log('started');`],
  ['a task left behind', 'no-warning-comments', 'src/pin/seed.ts', '// TODO: lock it'],
  ['any', '@typescript-eslint/no-explicit-any', 'src/pin/seed.ts', 'export const f = (a: any): void => g(a);'],
  ['!', '@typescript-eslint/no-non-null-assertion', 'src/pin/seed.ts', 'export const f = a!;'],
  ['as', '@typescript-eslint/consistent-type-assertions', 'src/pin/seed.ts', 'export const f = a as string;'],
  [
    'a type imported as a value',
    '@typescript-eslint/consistent-type-imports',
    'src/s.ts',
    `import { A } from './a.ts'; export const b: A = 1;`,
  ],
  [
    'else after return',
    'no-else-return',
    'src/pin/seed.ts',
    'export const f = (a: number) => { if (a) { return 1; } else { return 2; } };',
  ],
  [
    'four levels',
    'max-depth',
    'src/pin/seed.ts',
    'export const f = () => { if (a) { if (b) { if (c) { if (d) g(); } } } };',
  ],
  ['a test left alone', 'no-restricted-syntax', 'test/pin/seed.test.ts', `it.only('locks', () => 1);`],
  ['a test left out', 'no-restricted-syntax', 'test/pin/seed.test.ts', `describe.skip.each([1])('locks', () => 1);`],
  ['a test left out, short', 'no-restricted-syntax', 'test/pin/seed.test.ts', `xit('locks', () => 1);`],
];

const allowed: [promise: string, path: string, source: string][] = [
  ['config/ reads the environment', 'config/index.ts', 'export const port = process.env.PORT;'],
  ['setup reads the environment', 'scripts/setup.mjs', 'export const port = process.env.PORT;'],
  [
    'interactions.ts asks the engine',
    'src/oidc/interactions.ts',
    'p.interactionDetails(q, s); p.interactionFinished(q, s);',
  ],
  [
    'errors are classes',
    'src/web/seed.ts',
    'export class A extends Error {} export class B extends errors.OIDCProviderError {}',
  ],
  ['as const', 'src/pin/seed.ts', `export const outcome = 'right' as const;`],
  ['scripts use the console', 'scripts/seed.ts', `console.log('done');`],
  ['jest gets its set-up by default export', 'test/support/global-setup.ts', 'export default () => 1;'],
];

describe('the lint rules', () => {
  it.each(caught)('catch %s', async (_promise, rule, path, source) => {
    expect(await findBrokenRules(path, source)).toEqual([rule]);
  });

  it.each(allowed)('allow: %s', async (_promise, path, source) => {
    expect(await findBrokenRules(path, source)).toEqual([]);
  });
});
