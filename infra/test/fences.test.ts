// Proves that the import fences can fail: each rule is shown one import that it must refuse.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

interface Fences {
  forbidden: (IForbiddenRuleType & { name: string })[];
  options: ICruiseOptions;
}
const configUrl = new URL('../../.dependency-cruiser.mjs', import.meta.url).href;
const { default: config } = (await import(configUrl)) as { default: Fences };

/** Rule → a file that breaks it, and what that file imports. */
const TRESPASSES: Record<string, [file: string, imported: string]> = {
  'server-never-client': ['server/rooms/a.ts', '../../client/core/index.ts'],
  'protocol-alone': ['server/protocol/b.ts', '../util/leaf.ts'],
  'protocol-only-valibot': ['server/protocol/c.ts', 'express'],
  'protocol-no-builtins': ['server/protocol/d.ts', 'node:crypto'],
  'rooms-down': ['server/rooms/e.ts', '../media/leaf.ts'],
  'rooms-no-packages': ['server/rooms/f.ts', 'express'],
  'rooms-no-io': ['server/rooms/g.ts', 'node:fs'],
  'media-down': ['server/media/h.ts', '../rooms/leaf.ts'],
  'files-down': ['server/files/i.ts', '../signalling/leaf.ts'],
  'tus-only-in-files': ['server/http/tus.ts', '@tus/server'],
  'cluster-down': ['server/cluster/i.ts', '../media/leaf.ts'],
  'http-down': ['server/http/j.ts', '../signalling/leaf.ts'],
  'signalling-down': ['server/signalling/k.ts', '../http/leaf.ts'],
  'config-down': ['server/config/l.ts', '../rooms/leaf.ts'],
  'observability-down': ['server/observability/m.ts', '../rooms/leaf.ts'],
  'util-alone': ['server/util/n.ts', '../protocol/leaf.ts'],
  'mediasoup-only-in-media': ['server/signalling/o.ts', 'mediasoup'],
  'redis-only-in-cluster': ['server/http/p.ts', 'ioredis'],
  'client-only-protocol': ['client/core/q.ts', '../../server/util/leaf.ts'],
  'e2ee-alone': ['client/e2ee/r.ts', '../../server/protocol/leaf.ts'],
  'e2ee-only-ts-mls': ['client/e2ee/s.ts', 'valibot'],
  'polyfill-alone': ['client/insertable-streams-polyfill/t.ts', '../core/types.ts'],
  'polyfill-no-packages': ['client/insertable-streams-polyfill/u.ts', 'valibot'],
  'core-down': ['client/core/v.ts', '../e2ee/mls/leaf.ts'],
  'core-few-packages': ['client/core/w.ts', 'preact'],
  'browser-no-builtins': ['client/core/x.ts', 'node:fs'],
  'build-alone': ['client/build/g.ts', '../core/index.ts'],
  'build-only-from-config': ['client/ui/h.ts', '../build/leaf.ts'],
  'platform-down': ['client/platform/y.ts', '../ui/leaf.ts'],
  'ui-down': ['client/ui/z.ts', '../../server/protocol/leaf.ts'],
  'sdk-down': ['client/sdk/a.ts', '../e2ee/index.ts'],
  'e2ee-worker-only-from-platform': ['client/sdk/b.ts', '../e2ee/worker/e2eeWorker.ts'],
  'effects-only-in-their-workers': ['client/ui/effects.ts', '@mediapipe/tasks-vision'],
  'no-circular': ['client/ui/c.ts', './c2.ts'],
  'no-unresolvable': ['client/ui/d.ts', './nowhere.ts'],
  'product-never-test': ['client/ui/e.ts', './leaf.test.ts'],
  'product-no-dev-packages': ['client/ui/f.ts', 'vitest'],
  'setup-alone': ['infra/setup/g.mjs', '../../server/util/leaf.ts'],
  'setup-no-packages': ['infra/setup/h.mjs', 'express'],
  'server-doctor-down': ['server/doctor/a.ts', '../rooms/leaf.ts'],
  'doctor-is-a-client': ['infra/doctor/b.ts', '../../server/rooms/leaf.ts'],
  'datachannel-only-outside': ['server/media/c.ts', 'node-datachannel'],
  'loadtest-down': ['loadtest/bots/i.ts', '../../client/core/types.ts'],
  'bench-measures-product': ['loadtest/bench/j.ts', '../bots/ok.ts'],
  'soak-runs-the-house': ['loadtest/soak/l.ts', '../bench/leaf.ts'],
  'crowd-comes-by-the-wire': ['loadtest/crowd/q.ts', '../../server/util/leaf.ts'],
  'evening-is-played-from-outside': ['loadtest/evening/u.ts', '../../server/util/leaf.ts'],
  'media-load-is-a-client': ['loadtest/media/n.ts', '../../server/util/leaf.ts'],
  'browser-never-node-platform': ['client/platform/m.ts', './node/leaf.ts'],
  'product-never-loadtest': ['client/ui/k.ts', '../../loadtest/bots/ok.ts'],
};

const LEAVES = [
  ...['protocol', 'util', 'media', 'rooms', 'http', 'signalling'].map((folder) => `server/${folder}/leaf.ts`),
  ...['core/index.ts', 'core/types.ts', 'e2ee/index.ts', 'e2ee/mls/leaf.ts', 'e2ee/worker/e2eeWorker.ts'].map(
    (file) => `client/${file}`,
  ),
  ...[
    'build/leaf.ts',
    'ui/leaf.ts',
    'ui/leaf.test.ts',
    'platform/browser.ts',
    'insertable-streams-polyfill/index.ts',
  ].map((file) => `client/${file}`),
  'server/rooms/ports.ts',
  'client/platform/node/leaf.ts',
  'loadtest/bench/leaf.ts',
  'loadtest/bench/figures.ts',
];

/** What the design allows: none of these may be refused. */
const ALLOWED: Record<string, string[]> = {
  'server/main.ts': ['./http/leaf.ts', './media/leaf.ts', './rooms/leaf.ts', './signalling/leaf.ts'],
  'server/protocol/ok.ts': ['valibot'],
  'server/rooms/ok.ts': ['../protocol/leaf.ts', '../util/leaf.ts'],
  'server/media/ok.ts': ['mediasoup', '../rooms/ports.ts', '../protocol/leaf.ts'],
  'server/files/ok.ts': ['@tus/server', '../rooms/ports.ts', '../protocol/leaf.ts'],
  'server/cluster/ok.ts': ['ioredis', '../rooms/ports.ts'],
  'server/rooms/ok.test.ts': ['../media/leaf.ts', 'vitest', '../../client/core/index.ts'],
  'client/e2ee/ok.ts': ['ts-mls', './mls/leaf.ts'],
  'client/build/ok.ts': ['./leaf.ts', 'node:fs'],
  'client/core/ok.ts': ['../e2ee/index.ts', '../../server/protocol/leaf.ts', '../insertable-streams-polyfill/index.ts'],
  'client/platform/ok.ts': ['../core/index.ts', '../e2ee/worker/e2eeWorker.ts'],
  'client/ui/ok.ts': ['../core/index.ts', '../platform/browser.ts', 'preact'],
  'infra/doctor/ok.ts': ['node-datachannel', '../../server/doctor/a.ts', '../../client/core/index.ts'],
  'loadtest/bots/ok.ts': [
    ...['core/index.ts', 'e2ee/index.ts', 'platform/node/leaf.ts'].map((file) => `../../client/${file}`),
    '../../server/protocol/leaf.ts',
  ],
  'loadtest/crowd/ok.ts': ['../bots/ok.ts', '../bench/figures.ts', '../../server/protocol/leaf.ts'],
  'loadtest/soak/ok.ts': [
    '../bots/ok.ts',
    '../bench/figures.ts',
    '../../server/main.ts',
    '../../client/e2ee/mls/leaf.ts',
  ],
};

const PACKAGES = [
  '@tus/server',
  'express',
  'mediasoup',
  'node-datachannel',
  'ioredis',
  'valibot',
  'preact',
  'ts-mls',
  '@mediapipe/tasks-vision',
];
const DEV_PACKAGES = ['vitest'];

function write(root: string, file: string, text: string): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

const importing = (...sources: string[]): string =>
  [...sources.map((source) => `import ${JSON.stringify(source)};`), 'export const leaf = 1;', ''].join('\n');

function buildTree(root: string): void {
  for (const file of LEAVES) write(root, file, importing());
  for (const [file, source] of Object.values(TRESPASSES)) write(root, file, importing(source));
  write(root, 'client/ui/c2.ts', importing('./c.ts'));
  for (const [file, sources] of Object.entries(ALLOWED)) write(root, file, importing(...sources));
  for (const name of [...PACKAGES, ...DEV_PACKAGES]) {
    write(root, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(root, `node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  const pinned = (names: string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const manifest = { name: 'fixture', dependencies: pinned(PACKAGES), devDependencies: pinned(DEV_PACKAGES) };
  write(root, 'package.json', JSON.stringify(manifest));
}

describe('import fences', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'conclave-fences-'));
  let violations: { rule: string; from: string }[] = [];

  beforeAll(async () => {
    buildTree(root);
    const { tsConfig: _ours, ...options } = config.options as ICruiseOptions & { tsConfig: unknown };
    const result = await cruise(['server', 'client', 'infra', 'loadtest'], {
      ...options,
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: config.forbidden },
    });
    const { summary } = result.output as ICruiseResult;
    violations = summary.violations.map((violation) => ({ rule: violation.rule.name, from: violation.from }));
  }, 60_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(Object.entries(TRESPASSES))('refuses by %s', (rule, [from]) => {
    expect(violations).toContainEqual({ rule, from });
  });

  it('lets pass what the design allows', () => {
    expect(violations.filter(({ from }) => from in ALLOWED)).toEqual([]);
  });

  it('has no rule that was not shown to fail', () => {
    expect(config.forbidden.map(({ name }) => name).toSorted()).toEqual(Object.keys(TRESPASSES).toSorted());
  });
});
