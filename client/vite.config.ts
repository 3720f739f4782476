// How the client is bundled: a page for rooms, one for watching, one for feeds and one for whoever runs the server, their workers, nothing inline, nothing from elsewhere.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, defineConfig } from 'vite';
import { buildApart } from './build/buildApart.ts';
import { buildGuard, nameGuard } from './build/buildGuard.ts';
import { buildManifest } from './build/buildManifest.ts';
import { buildSdk } from './build/buildSdk.ts';
import { compileAtOnce } from './build/compileAtOnce.ts';
import { compressFiles } from './build/compressFiles.ts';
import { publishSecurity } from './build/publishSecurity.ts';
import { wordsAsText } from './build/wordsAsText.ts';

// The same source gives the same bytes, whatever the shell of whoever builds says: packages choose their files by this one.
// oxlint-disable-next-line node/no-process-env -- Vite has no setting for it
process.env['NODE_ENV'] = 'production';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * ts-mls can fall back to @noble/* and to @hpke's extra suites; suite 1 runs on WebCrypto alone, so these are never
 * reached, and would triple the worker. The stub throws if one is ever called.
 */
const unusedCrypto = [
  /^@noble\/(ciphers|curves|hashes|post-quantum)(\/.*)?$/,
  /^@hpke\/(chacha20poly1305|hybridkem-x-wing|dhkem-x448|ml-kem)$/,
  // @hpke/common's way to WebCrypto on old Node, and tasks-vision's to files there.
  /^(crypto|node:module)$/,
];

/** mediasoup-client names what it has for older browsers, for apps and for its own tests in the same breath: half of it. */
const unusedHandlers = [/^\.\/handlers\/(Chrome74|ReactNative106|FakeHandler)$/, /^\.\/test\/fakeParameters$/];

/** Nothing happens when these are loaded, only when they are called: a page that uses a part of them does not load the rest. */
const QUIET = ['./core/', './e2ee/', './platform/'].map(here);

/**
 * What every page speaks to the server with, in a script of its own: a connection that is new carries 14 kB in its first way there and back, so that two
 * smaller scripts are there sooner than one.
 */
const WIRE = /node_modules\/(?:@socket\.io|engine\.io-|socket\.io-|valibot)/;

/**
 * What an audience's page says begins with one of these, and a quarter of all words does. Where it says something else the build ends with the key's name: then the
 * key is called by one of these, or its beginning is added here.
 */
const WORDS_OF_EVERY_PAGE = [
  ...['app', 'bar', 'broken', 'captions', 'device', 'dialog', 'ended', 'full', 'home', 'keys', 'link', 'more'],
  ...['pip', 'scene', 'security', 'theme', 'watch'],
];

/**
 * Of what an audience's page loads nearly all is run at once, on a phone. The meeting's own script is not: of its screens one is shown.
 * Where the page comes to load others the build ends and names them.
 */
const audience = compileAtOnce('/watch.html', [
  ...['begun', 'browser', 'mediasoupDevice', 'rolldown-runtime', 'sceneTypes', 'signals.module', 'storeSignal'],
  ...['useShown', 'ViewReporter', 'watchClient', 'watchPage', 'wire'],
]);

const target = ['chrome123', 'firefox128', 'safari17.5'];
const resolve = {
  alias: [
    ...unusedCrypto.map((find) => ({ find, replacement: here('./unusedCrypto.ts') })),
    { find: /^debug$/, replacement: here('./silentDebug.ts') },
    ...unusedHandlers.map((find) => ({ find, replacement: here('./unusedHandlers.ts') })),
  ],
};
const oxc = { jsx: { runtime: 'automatic', importSource: 'preact' } } as const;
const worker = {
  format: 'es',
  rolldownOptions: {
    output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js' },
  },
} as const;

export default defineConfig({
  root: here('.'),
  publicDir: here('./public'),
  appType: 'spa',
  // Nor may a .env file or a PostCSS configuration, which Vite looks for up to the root of the disk.
  envDir: false,
  css: { postcss: { plugins: [] } },
  plugins: [
    wordsAsText({
      languages: { en: here('./ui/i18n/en.ts'), fr: here('./ui/i18n/fr.ts') },
      words: here('./ui/i18n/words.ts'),
      moreWords: here('./ui/i18n/moreWords.ts'),
      everyPage: WORDS_OF_EVERY_PAGE,
      sparing: 'watch',
    }),
    publishSecurity(here('../SECURITY.md')),
    buildSdk(build, here('./sdk/index.ts'), { target, resolve, worker }),
    buildApart(build, here('./admin.html'), { target, resolve, oxc }),
    buildGuard(build, here('./ui/loading/loadGuard.ts'), { target, resolve, oxc }),
    audience.plugin,
    nameGuard(readFileSync(here('./ui/loading/unloaded.html'), 'utf8')),
    buildManifest(here('..'), { apart: ['/admin.html'], later: { '/watch.html': ['watchPage'] } }),
    compressFiles(),
  ],
  oxc,
  resolve,
  worker,
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    target,
    // A strict CSP allows no data: scripts or styles, and no inline preload polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id: string) => !QUIET.some((folder) => id.startsWith(folder)) },
      input: {
        index: here('./index.html'),
        watch: here('./watch.html'),
        feed: here('./feed.html'),
      },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
        postBanner: audience.postBanner,
        codeSplitting: { groups: [{ name: 'wire', test: WIRE }] },
      },
    },
  },
});
