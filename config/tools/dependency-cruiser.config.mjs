// Who may import whom. Each rule is one entry and has its seeded violation in test/house/import-rules.test.ts.

const rooms = [
  'sign-in',
  'registration',
  'recovery',
  'pin',
  'operations',
  'my-account',
  'not-me',
  'operator-desk',
  'help',
  'home',
  'sandbox',
];

// The order in which services.ts builds them. The ground floor knows nobody; a service above imports those before it.
const groundFloor = ['mongo', 'web', 'hashing', 'sealing'];
const upperFloors = [
  'journal',
  'attempts',
  'passwords',
  'accounts',
  'sessions',
  'devices',
  'oidc',
  'codes',
  'delivery',
  'code-messages',
  'notices',
  'registry',
  'flows',
  'second-factors',
];
const services = [...groundFloor, ...upperFloors];

const anyOf = (names) => `(${names.join('|')})`;
const npmPackage = (name) => `(?:^|/)node_modules/(?:@types/)?${name}`;
const forbidden = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const standsOnEarlierServices = upperFloors
  .slice(0, -1)
  .map((service, floor) =>
    forbidden(
      `${service}-stands-on-earlier-services`,
      'A service imports only services that services.ts builds before it.',
      { path: `^src/${service}/` },
      { path: `^src/${anyOf(upperFloors.slice(floor + 1))}/` },
    ),
  );

export default {
  forbidden: [
    forbidden('no-circles', 'Nobody imports in a circle.', {}, { circular: true }),

    forbidden(
      'rooms-do-not-import-rooms',
      'One room reaches another only through app.ts.',
      { path: `^src/${anyOf(rooms)}/` },
      { path: `^src/${anyOf(rooms)}/`, pathNot: ['^src/$1/', '^src/sandbox/'] },
    ),

    forbidden(
      'everybody-enters-by-the-door',
      'From outside, a folder of src/ is imported through its index.ts.',
      { path: '^(?:src/)?([^/]+)' },
      { path: '^src/[^/]+/(?!index\\.ts$)', pathNot: '^src/$1/' },
    ),

    forbidden(
      'services-know-no-room',
      'A service does not know who stands on it.',
      { path: `^src/${anyOf(upperFloors)}/` },
      { path: `^src/${anyOf(rooms)}/`, pathNot: '^src/sandbox/' },
    ),
    forbidden(
      'ground-floor-knows-nobody',
      'The ground floor imports nothing of src/.',
      { path: `^src/${anyOf(groundFloor)}/` },
      { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/sandbox/'] },
    ),
    ...standsOnEarlierServices,
    forbidden(
      'web-only-for-pages',
      'web/ serves rooms, app.ts, main.ts and oidc/; no other service knows pages.',
      { path: '^src/', pathNot: ['^src/(app|main)\\.ts$', `^src/${anyOf(['web', 'oidc', ...rooms])}/`] },
      { path: '^src/web/' },
    ),
    forbidden(
      'nobody-reaches-up',
      'Rooms and services take what they need as arguments; only sandbox/ may name the types of app.ts.',
      { path: '^src/[^/]+/', pathNot: '^src/sandbox/' },
      { path: '^src/(main|app|rules|account-rules|services|service-indexes|held-data)\\.ts$' },
    ),

    forbidden(
      'mongoose-only-in-stores',
      'Only store.ts, *-store.ts and mongo/ speak to the database.',
      { pathNot: ['^src/(?!sandbox/)[^/]+/store\\.ts$', '^src/(?!sandbox/).+-store\\.ts$', '^src/mongo/'] },
      { path: npmPackage('(mongoose|mongodb)/') },
    ),
    forbidden(
      'oidc-provider-only-in-oidc',
      'Only oidc/ knows the engine; the bench measures it bare.',
      { pathNot: '^(src/oidc|scripts/bench)/' },
      { path: npmPackage('oidc-provider/') },
    ),
    forbidden(
      'engine-internals-in-one-file',
      'What the engine does not document is touched in oidc/engine-internals.ts.',
      { path: '^src/oidc/', pathNot: '^src/oidc/engine-internals\\.ts$' },
      { path: npmPackage('oidc-provider/lib/(?!index\\.js$)') },
    ),
    forbidden(
      'koa-only-in-routes',
      'Rules know no HTTP: koa, its types and its router live in routes.ts and *-routes.ts, web/, oidc/, app.ts, main.ts and sandbox/.',
      {
        pathNot: [
          '^src/[^/]+/routes\\.ts$',
          '^src/[^/]+/[a-z-]+-routes\\.ts$',
          '^src/(web|oidc|sandbox)/',
          '^src/(app|main)\\.ts$',
        ],
      },
      { path: npmPackage('@?koa[-_/]') },
    ),

    forbidden(
      'only-main-and-scripts-read-config',
      'Configuration is an argument.',
      { path: '^src/', pathNot: '^src/(main|app|rules|account-rules|services)\\.ts$' },
      { path: '^config/' },
    ),
    forbidden(
      'app-and-services-are-handed-the-config',
      'app.ts and services.ts know the type of the configuration, not where it comes from.',
      { path: '^src/(app|services)\\.ts$' },
      { path: '^config/', dependencyTypesNot: ['type-only'] },
    ),

    forbidden(
      'src-knows-no-tests-or-scripts',
      'The product does not know who tries or runs it.',
      { path: '^(src|config)/' },
      { path: '^(test|scripts)/' },
    ),
    forbidden(
      'sandbox-only-by-main',
      'Only main.ts opens the sandbox.',
      { pathNot: ['^src/main\\.ts$', '^src/sandbox/'] },
      { path: '^src/sandbox/' },
    ),
    forbidden(
      'sandbox-is-loaded-dynamically',
      'In production the sandbox is not even loaded.',
      { path: '^src/main\\.ts$' },
      { path: '^src/sandbox/', dynamic: false, dependencyTypesNot: ['type-only', 'type-import'] },
    ),

    forbidden(
      'no-unknown-folders',
      'A new room or service is named in this file, so that the rules hold for it.',
      {},
      {
        path: '^src/',
        pathNot: [
          '^src/(main|app|rules|account-rules|services|service-indexes|held-data)\\.ts$',
          `^src/${anyOf([...rooms, ...services])}/`,
        ],
      },
    ),
    forbidden(
      'no-orphans',
      'Every file is reached from main.ts, a worker or a script.',
      { path: ['^src/main\\.ts$', '^src/.+-worker\\.ts$', '^scripts/'] },
      {
        path: '^(src|config/(?!tools/))',
        pathNot: ['^src/main\\.ts$', '-worker\\.ts$', '\\.d\\.ts$'],
        reachable: false,
      },
    ),
    forbidden('no-unresolvable', 'An import that leads nowhere escapes every rule.', {}, { couldNotResolve: true }),
    forbidden(
      'packages-are-declared',
      'A package that we import is named in package.json.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbidden(
      'no-dev-packages-in-production',
      'The production image holds no development packages.',
      { path: '^(src|config)/', pathNot: ['^src/sandbox/', '^config/tools/'] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
