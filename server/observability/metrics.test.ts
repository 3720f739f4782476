// What is told of Workers and of troubles, from sources that a test holds.
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { createMetrics, type Metrics, type WorkerFigures } from './metrics.ts';

const ticks = () => new Promise((resolve) => setTimeout(resolve, 60));

const open = new Set<Metrics>();
afterEach(() => {
  for (const metrics of open) metrics.close();
  open.clear();
});

function create(more: { perWorker?: () => readonly WorkerFigures[]; dataDir?: string } = {}) {
  const { perWorker = () => [], dataDir = tmpdir() } = more;
  const metrics = createMetrics({
    counts: () => ({ rooms: 0, peers: 0, viewers: 0 }),
    connections: () => 0,
    media: () => ({ workers: perWorker().length, deaths: 0, perWorker: perWorker() }),
    isDraining: () => false,
    storedBytes: () => 0,
    dataDir,
    version: '1.2.3',
  });
  open.add(metrics);
  const lines = async (name: string) =>
    (await metrics.expose()).text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
  return { metrics, lines };
}

test('P-05 each Worker is told by its place, and one that is gone is told no more', async () => {
  const busy = { cpu: 0.75, delayMs: 12, rooms: 3, transports: 40, full: true };
  let workers = [busy, { cpu: 0, delayMs: 0, rooms: 0, transports: 0, full: false }];
  const { lines } = create({ perWorker: () => workers });
  expect(await lines('conclave_worker_cpu')).toEqual([
    'conclave_worker_cpu_ratio{worker="0"} 0.75',
    'conclave_worker_cpu_ratio{worker="1"} 0',
  ]);
  expect(await lines('conclave_worker_delay')).toContain('conclave_worker_delay_seconds{worker="0"} 0.012');
  expect(await lines('conclave_worker_full')).toContain('conclave_worker_full{worker="0"} 1');
  workers = [busy];
  expect(await lines('conclave_worker_transports')).toEqual(['conclave_worker_transports{worker="0"} 40']);
});

test('P-05 troubles are told from none on, so that the first one is an increase', async () => {
  const { metrics, lines } = create();
  const refusals = (http: number, handshake: number, socket: number) => [
    `conclave_capacity_refusals_total{door="http"} ${http}`,
    `conclave_capacity_refusals_total{door="handshake"} ${handshake}`,
    `conclave_capacity_refusals_total{door="socket"} ${socket}`,
  ];
  expect(await lines('conclave_capacity_refusals_total')).toEqual(refusals(0, 0, 0));
  metrics.countRequest('room:join', 'capacity');
  metrics.countRefusedConnection('capacity');
  metrics.countHttpError('capacity');
  metrics.countHttpError('not_found');
  metrics.countRequest('room:join', 'internal');
  expect(await lines('conclave_capacity_refusals_total')).toEqual(refusals(1, 1, 1));
  expect(await lines('conclave_faults_total')).toContain('conclave_faults_total{door="socket"} 1');
});

test('P-05 a number that cannot be had is none, and the others are told all the same', async () => {
  const { lines } = create({ dataDir: '/nowhere/at/all' });
  expect(await lines('conclave_data_dir_free_bytes')).toEqual([
    expect.stringMatching(/^conclave_data_dir_free_bytes nan$/i),
  ]);
  expect(await lines('conclave_build_info')).toEqual([
    `conclave_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
  ]);
});

test('P-05 how late the event loop was is told since the last look', async () => {
  const { lines } = create();
  const worst = async () => Number((await lines('conclave_event_loop_delay_seconds{quantile="1"}'))[0]?.split(' ')[1]);
  // The watch begins anew with each look, and sees what lies between two of its own ticks.
  const worstAfterWork = async () => {
    await ticks();
    const untilMs = performance.now() + 250;
    while (performance.now() < untilMs);
    await ticks();
    return worst();
  };
  await expect.poll(worstAfterWork, { timeout: 20_000 }).toBeGreaterThan(0.2);
  await expect.poll(worst, { timeout: 20_000 }).toBeLessThan(0.2);
});
