import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const typed = ['{src,config,scripts,test}/**/*.ts'];
const plain = ['{config,scripts,test}/**/*.mjs'];

const withoutPrefix = builtinModules
  .filter((name) => !name.startsWith('node:'))
  .map((name) => ({ name, message: `Write node:${name}.` }));

const noClassButErrors = {
  selector:
    ':matches(ClassDeclaration, ClassExpression):not([superClass.name=/Error$/]):not([superClass.property.name=/Error$/])',
  message: 'Functions and plain objects; only errors are classes.',
};
const noDefaultExport = {
  selector: ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
  message: 'Export by name.',
};
const noSkippedTest = {
  selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo|failing)$/]',
  message: 'Every test runs.',
};
const noRenamedSkip = {
  selector: 'CallExpression[callee.name=/^[xf](it|test|describe)$/]',
  message: 'Every test runs.',
};

const environmentInConfigOnly = [
  { object: 'process', property: 'env', message: 'Only config/ reads the environment.' },
  { object: 'process', property: 'loadEnvFile', message: 'Only config/ reads the environment.' },
];
const interactionsInOneFile = ['interactionDetails', 'interactionFinished', 'interactionResult'].map((property) => ({
  property,
  message: 'Only src/oidc/interactions.ts asks the engine about interactions.',
}));

const houseRules = {
  'max-depth': ['error', 3],
  'no-else-return': ['error', { allowElseIf: false }],
  'no-restricted-imports': [
    'error',
    { paths: [...withoutPrefix, { name: 'node:process', message: 'process is a global.' }] },
  ],
  'no-restricted-syntax': ['error', noClassButErrors, noDefaultExport],
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme'], location: 'anywhere' }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  eqeqeq: 'error',
};

export default defineConfig(
  { ignores: ['node_modules/', '.data/', 'coverage/', 'views/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  { files: [...typed, ...plain], extends: [js.configs.recommended], rules: houseRules },
  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/method-signature-style': ['error', 'property'],
      '@typescript-eslint/no-confusing-void-expression': 'off', // guards read `return show(ctx, …)`
      '@typescript-eslint/no-deprecated': ['error', { allow: ['allowInsecureRequests'] }], // deprecated only to stand out: a laptop has no certificate
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // a mongoose schema is an object literal
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off', // the engine asks for async functions that need not wait
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: plain,
    languageOptions: {
      globals: { process: false, console: false, URL: false, setInterval: false, clearInterval: false },
    },
  },

  { files: ['src/**/*.ts', 'config/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['src/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...environmentInConfigOnly, ...interactionsInOneFile] },
  },
  {
    files: ['src/oidc/interactions.ts'],
    rules: { 'no-restricted-properties': ['error', ...environmentInConfigOnly] },
  },
  { files: ['config/tools/*.mjs'], rules: { 'no-restricted-syntax': ['error', noClassButErrors] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noClassButErrors, noDefaultExport, noSkippedTest, noRenamedSkip],
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['test/support/global-*.ts'], rules: { 'no-restricted-syntax': ['error', noClassButErrors] } },
);
