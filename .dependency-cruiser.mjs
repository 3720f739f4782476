// The import fences: imports point down, along the flow of data. Each rule says why it stands; tests may cross them.

const TESTS = '(\\.test\\.(ts|tsx|mjs)$|^(server|client|infra)/test/|/test(ing|Kit)?/|/fixtures?/)';
const PROTOCOL = '^server/protocol/';
const npmExcept = (...names) => ({
  dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
  pathNot: names.map((name) => `node_modules/${name}/`),
});

/** A folder of ours that may import itself, `allowed`, and nothing else of ours. */
const fence = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: folder, pathNot: TESTS },
  to: { path: '^(server|client|infra|loadtest)/', pathNot: [folder, ...allowed] },
});

/** A folder that may import only the named packages from npm. */
const packages = (name, folder, names, comment, more = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: folder, pathNot: TESTS },
  to: { ...npmExcept(...names), ...more },
});

const server = [
  {
    name: 'server-never-client',
    comment: 'The server holds no decryption code, not even unused.',
    severity: 'error',
    from: { path: '^server/', pathNot: TESTS },
    to: { path: '^client/' },
  },
  fence('protocol-alone', PROTOCOL, [], 'The wire has one home and depends on nobody; both sides depend on it.'),
  packages(
    'protocol-only-valibot',
    PROTOCOL,
    ['valibot'],
    'Schemas only: whatever else it drew in, every client would load.',
  ),
  {
    name: 'protocol-no-builtins',
    comment: 'The wire runs in browsers too.',
    severity: 'error',
    from: { path: PROTOCOL, pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  fence(
    'rooms-down',
    '^server/rooms/',
    [PROTOCOL, '^server/util/'],
    'The domain knows the wire’s types and its own ports.',
  ),
  packages(
    'rooms-no-packages',
    '^server/rooms/',
    [],
    'The domain does no I/O and needs no package; types cost nothing.',
    {
      dependencyTypesNot: ['type-only'],
    },
  ),
  {
    name: 'rooms-no-io',
    comment: 'The domain does no I/O: it asks its ports.',
    severity: 'error',
    from: { path: '^server/rooms/', pathNot: TESTS },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|events|buffer|assert)$' },
  },
  fence(
    'media-down',
    '^server/media/',
    ['^server/rooms/ports\\.ts$', PROTOCOL, '^server/(util|observability)/'],
    'The media plane implements a port; the domain behind the port is not its business.',
  ),
  fence(
    'cluster-down',
    '^server/cluster/',
    ['^server/rooms/ports\\.ts$', PROTOCOL, '^server/(util|observability)/'],
    'The cluster implements ports; the domain behind them is not its business.',
  ),
  fence(
    'http-down',
    '^server/http/',
    ['^server/rooms/', '^server/files/', PROTOCOL, '^server/(util|observability)/'],
    'The two doors, HTTP and signalling, lead to the rooms and not to each other.',
  ),
  fence(
    'files-down',
    '^server/files/',
    ['^server/rooms/ports\\.ts$', PROTOCOL, '^server/(util|observability)/'],
    'The relay keeps bytes for Rooms by their generation; the domain behind the ports is not its business.',
  ),
  {
    name: 'tus-only-in-files',
    comment: 'Only server/files knows whose tus server it is.',
    severity: 'error',
    from: { path: '^(server|client|infra)/', pathNot: ['^server/files/', TESTS] },
    to: { path: 'node_modules/@tus/' },
  },
  fence(
    'signalling-down',
    '^server/signalling/',
    ['^server/rooms/', PROTOCOL, '^server/(util|observability)/'],
    'The two doors, HTTP and signalling, lead to the rooms and not to each other.',
  ),
  fence(
    'config-down',
    '^server/config/',
    ['^server/util/', PROTOCOL],
    'Configuration comes first: all may need it, it needs nobody.',
  ),
  fence(
    'observability-down',
    '^server/observability/',
    ['^server/(util|config)/', PROTOCOL],
    'Log and metrics lie under everything.',
  ),
  fence('util-alone', '^server/util/', [], 'What everybody leans on leans on nobody.'),
  fence(
    'server-doctor-down',
    '^server/doctor/',
    ['^server/(config|util)/', PROTOCOL],
    'What a server finds about itself hangs on its settings and its machine; who shows it gives it the rest.',
  ),
  {
    name: 'mediasoup-only-in-media',
    comment: 'Only server/media knows that the SFU is mediasoup.',
    severity: 'error',
    from: { path: '^(server|client|infra)/', pathNot: ['^server/media/', TESTS] },
    to: { path: 'node_modules/mediasoup/' },
  },
  {
    name: 'redis-only-in-cluster',
    comment: 'Only server/cluster knows that the bus is Redis.',
    severity: 'error',
    from: { path: '^(server|client|infra)/', pathNot: ['^server/cluster/', TESTS] },
    to: { path: 'node_modules/(ioredis|redis|@redis/[^/]+|@socket\\.io/redis[^/]*)/' },
  },
];

const E2EE_DOOR = '^client/e2ee/index\\.ts$';
const CORE_DOOR = '^client/core/index\\.ts$';
const NODE_PLATFORM = '^client/platform/node/';
const POLYFILL_DOOR = '^client/insertable-streams-polyfill/index\\.ts$';

const client = [
  {
    name: 'client-only-protocol',
    comment: 'Of the server the client may know the wire and nothing else.',
    severity: 'error',
    from: { path: '^client/', pathNot: TESTS },
    to: { path: '^server/', pathNot: PROTOCOL },
  },
  fence('e2ee-alone', '^client/e2ee/', [], 'The island: whoever audits the encryption reads this folder and no other.'),
  packages(
    'e2ee-only-ts-mls',
    '^client/e2ee/',
    ['ts-mls', '@hpke/core'],
    'Every package in the island is one that could leak a key; @hpke/core is what ts-mls itself seals with.',
  ),
  fence(
    'polyfill-alone',
    '^client/insertable-streams-polyfill/',
    [],
    'A module of its own that others could take as it is.',
  ),
  packages(
    'polyfill-no-packages',
    '^client/insertable-streams-polyfill/',
    [],
    'A module of its own that others could take as it is.',
  ),
  fence(
    'core-down',
    '^client/core/',
    [E2EE_DOOR, POLYFILL_DOOR, PROTOCOL],
    'The SDK runs without the page; it gets its Platform as an argument.',
  ),
  packages(
    'core-few-packages',
    '^client/core/',
    ['mediasoup-client', 'valibot'],
    'Sockets, devices and screens come through the Platform, so that the SDK runs anywhere.',
  ),
  {
    name: 'effects-only-in-their-workers',
    comment:
      'Twelve megabytes that most never need: they are fetched by the workers that run them, never with the page.',
    severity: 'error',
    from: { path: '^(client|server|loadtest)/', pathNot: ['^client/platform/effects/(background|noise)/', TESTS] },
    to: { path: 'node_modules/(@mediapipe|@sapphi-red)/' },
  },
  {
    name: 'browser-no-builtins',
    comment: 'What runs in a browser has no Node built-ins.',
    severity: 'error',
    from: { path: '^client/', pathNot: ['^client/build/', TESTS, '\\.config\\.ts$'] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'browser-never-node-platform',
    comment: 'Tracks that are only objects and a Device that moves no packet have no place in a page.',
    severity: 'error',
    from: { path: '^client/', pathNot: [NODE_PLATFORM, TESTS] },
    to: { path: NODE_PLATFORM },
  },
  fence('build-alone', '^client/build/', [], 'What builds the page is told everything by the configuration.'),
  {
    name: 'build-only-from-config',
    comment: 'What builds the page runs in Node and is no part of it.',
    severity: 'error',
    from: { path: '^(server|client|infra|loadtest)/', pathNot: ['^client/build/', '\\.config\\.ts$', TESTS] },
    to: { path: '^client/build/' },
  },
  fence(
    'platform-down',
    '^client/platform/',
    [CORE_DOOR, '^client/core/types\\.ts$', E2EE_DOOR, '^client/e2ee/worker/', POLYFILL_DOOR, PROTOCOL],
    'The platform implements the SDK’s port, starts the e2eeWorker and knows no screens.',
  ),
  fence(
    'ui-down',
    '^client/ui/',
    [CORE_DOOR, '^client/platform/'],
    'The page speaks to the SDK’s door; the wire and the keys are behind it.',
  ),
  fence('sdk-down', '^client/sdk/', [CORE_DOOR, '^client/platform/'], 'Embedders get the SDK’s door and a platform.'),
  {
    name: 'e2ee-worker-only-from-platform',
    comment: 'The e2eeWorker is started in one place, since it holds all keys.',
    severity: 'error',
    from: { path: '^(client|loadtest)/', pathNot: ['^client/(platform|e2ee)/', '\\.config\\.ts$', TESTS] },
    to: { path: '^client/e2ee/worker/' },
  },
];

const everywhere = [
  {
    name: 'no-circular',
    comment: 'A circle has no bottom: neither part can be understood or tested first.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unresolvable',
    comment: 'An import that leads nowhere breaks at the worst time.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'product-never-test',
    comment: 'What ships does not lean on what tests it.',
    severity: 'error',
    from: { path: '^(server|client|infra)/', pathNot: TESTS },
    to: { path: TESTS, pathNot: 'node_modules' },
  },
  {
    name: 'product-no-dev-packages',
    comment: 'What ships runs where development packages are not installed.',
    severity: 'error',
    from: { path: '^(server|client)/', pathNot: [TESTS, '\\.config\\.ts$'] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
  fence('setup-alone', '^infra/setup/', [], 'Set-up runs before anything else is there.'),
  packages('setup-no-packages', '^infra/setup/', [], 'Set-up runs before any package is installed.'),
  fence(
    'doctor-is-a-client',
    '^infra/doctor/',
    [
      '^server/(config|doctor)/',
      '^server/util/addressReach\\.ts$',
      '^client/(core|e2ee)/index\\.ts$',
      '^client/platform/',
      '^client/ui/i18n/en/findings\\.ts$',
      PROTOCOL,
    ],
    'The doctor goes by the wire, as everybody does; it reads the settings, and says what the server says of itself in its words.',
  ),
  {
    name: 'datachannel-only-outside',
    comment: 'A peer without a browser looks at the product and is no part of it.',
    severity: 'error',
    from: { path: '^(server|client)/', pathNot: TESTS },
    to: { path: 'node_modules/node-datachannel/' },
  },
  fence(
    'loadtest-down',
    '^loadtest/bots/',
    [CORE_DOOR, E2EE_DOOR, PROTOCOL, NODE_PLATFORM, '^infra/doctor/peer/'],
    'A Bot is a client: it goes through the doors that every client has, Node is its browser, and its voice goes as the doctor’s.',
  ),
  fence(
    'soak-runs-the-house',
    '^loadtest/soak/',
    ['^server/', '^client/', '^loadtest/bots/', '^loadtest/bench/(figures|machine)\\.ts$'],
    'A soak runs the whole house with Bots in it; its figures have the shape of the benches’.',
  ),
  fence(
    'bench-measures-product',
    '^loadtest/bench/',
    ['^server/', '^client/', '^loadtest/(media|report)/', '^loadtest/bots/quickCrypto\\.ts$'],
    'A bench reaches what it measures, what makes a report of it, and of the load tests what loads it and what lets a crowd fit into few cores.',
  ),
  fence(
    'media-load-is-a-client',
    '^loadtest/media/',
    ['^client/', PROTOCOL],
    'Who sends and who watches under load go by the wire, as everybody does; the server is another process.',
  ),
  fence(
    'evening-is-played-from-outside',
    '^loadtest/evening/',
    ['^client/', PROTOCOL, '^loadtest/media/'],
    'Who comes to the first evening knows of the server what everybody knows: its address and the wire.',
  ),
  fence(
    'crowd-comes-by-the-wire',
    '^loadtest/crowd/',
    [
      '^client/',
      PROTOCOL,
      '^server/media/test/rtpSamples\\.ts$',
      '^loadtest/(bots/|media/house\\.ts$|bench/(figures|machine|steady|endOnSignals)\\.ts$)',
    ],
    'A crowd knows of the server what the wire says; its figures have the shape of the benches’.',
  ),
  {
    name: 'product-never-loadtest',
    comment: 'What is measured does not know who measures it.',
    severity: 'error',
    from: { path: '^(server|client|infra)/' },
    to: { path: '^loadtest/' },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...server, ...client, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|data|test-results)/|\\?(worker|url|raw)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
    parser: 'tsc',
  },
};
