/** Layers as a build error: `npm run boundaries`. @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'contracts-are-pure',
      comment:
        'Contracts are read by everyone, so they depend on nothing: no Nest, no I/O, no other library.',
      severity: 'error',
      from: { path: '^libs/contracts/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/contracts/', 'node_modules/(typebox|uuid)/'] },
    },
    {
      name: 'autoscaling-is-pure',
      comment:
        'The arithmetic of autoscaling is run by tools, tests and pages alike, so it depends on nothing: no Nest, no I/O.',
      severity: 'error',
      from: { path: '^libs/autoscaling/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/autoscaling/' },
    },
    {
      name: 'libraries-know-no-app',
      comment: 'A library that needs an app, or an example, is part of it.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|examples)/' },
    },
    {
      name: 'apps-talk-through-kafka',
      comment: 'No service calls or imports another one: they share contracts and topics.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'service-defaults-know-no-kafka-and-no-store',
      comment: 'What every service has must not bring a broker or a database along.',
      severity: 'error',
      from: { path: '^libs/service-defaults/' },
      to: {
        path: '^libs/(kafka|store|contracts)/|node_modules/(kafkajs|mongoose|@nestjs/mongoose)/',
      },
    },
    {
      name: 'testing-stays-in-tests',
      comment: 'Helpers of tests are not for programs.',
      severity: 'error',
      from: { path: '^(apps|libs)/[^/]+/src', pathNot: ['\\.spec\\.ts$', '^libs/testing/'] },
      to: { path: '^(libs/testing|test|tools)/' },
    },
    {
      name: 'libraries-by-their-name',
      comment: "Another library's inside is its own: import '#kafka', not a file of it.",
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'examples-use-what-is-public',
      comment:
        'An example shows what the libraries offer to everybody: their names, and nothing of an app.',
      severity: 'error',
      from: { path: '^examples/', pathNot: '^examples/[^/]+/(monitoring|test)/' },
      to: { path: '^(apps|libs|test|tools)/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'examples-contracts-are-pure',
      comment: 'As the contracts of the system: no Nest, no I/O, no other library.',
      severity: 'error',
      from: { path: '^examples/[^/]+/contracts/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: ['^examples/[^/]+/contracts/', '^libs/contracts/', 'node_modules/typebox/'],
      },
    },
    {
      name: 'examples-services-talk-through-kafka',
      comment: 'No service calls or imports another one: they share contracts and topics.',
      severity: 'error',
      from: { path: '^examples/([^/]+)/([^/]+-service)/' },
      to: { path: '^examples/[^/]+/[^/]+-service/', pathNot: '^examples/$1/$2/' },
    },
    {
      name: 'no-development-dependencies-in-programs',
      comment:
        'Images hold production dependencies only. The console has none: it runs where the repository is.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/[^/]+/src',
        pathNot: ['\\.spec\\.ts$', '^libs/testing/', '^apps/console/'],
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
    {
      name: 'everything-is-found',
      comment: 'An import that leads nowhere. What pages import from /vendor is served there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^/vendor/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
}
