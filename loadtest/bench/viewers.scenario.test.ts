// The benches of the media load still run: they fail themselves where packets are lost or forged, a frame does not open, or a full server
// refuses without a word; figures are judged by nobody here.
import { expect, it } from 'vitest';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import { runShortBench } from './shortBench.ts';

// oxlint-disable-next-line node/no-process-env -- set-up tells the sink's place this way
const sinkBin = process.env['MEDIA_SINK_BIN'];
// oxlint-disable-next-line node/no-process-env -- and Janus's this way
const janusBin = process.env['JANUS_BIN'];
if (janusBin === undefined)
  process.stdout.write('Janus is not here (set-up says why): nothing is measured beside it.\n');
if (sinkBin === undefined) {
  process.stdout.write('The sink of the media load could not be built here (set-up says why): no viewers are tried.\n');
}

const COMPARED = [
  'viewers-per-core',
  'cpu-per-packet-feed',
  'pipe',
  'growth',
  'cpu-per-packet-meeting',
  'overload-goodput',
  ...(janusBin === undefined ? [] : ['janus']),
];
const PARTS = 'viewers,meeting,overload,janus';

// Says that it hangs, not that it is slow.
it.skipIf(sinkBin === undefined)(
  'the short benches have frames opened and no packet lost, cost members nothing, fill a server until it refuses, and judge no figure from one pair',
  { timeout: 360_000 },
  async () => {
    requireWorkerBin();
    const { stdout, figures } = await runShortBench('bench', '--parts', PARTS);
    const opened = /every frame that came: (\d+) pictures, (\d+) of sound/.exec(stdout);
    expect(Math.min(Number(opened?.[1]), Number(opened?.[2]))).toBeGreaterThan(0);
    const byName = Object.fromEntries(figures.map((figure) => [figure.name, figure]));
    for (const name of COMPARED) {
      expect([name, byName[name]?.met, Number(byName[name]?.value) > 0, Number(byName[name]?.against) > 0]).toEqual([
        name,
        null,
        true,
        true,
      ]);
      expect(stdout).toContain(name);
    }
    // Six viewers are less than one collection gives back in the server, and fit into what the Worker let go of.
    expect(Number.isFinite(byName['memory-per-viewer']?.value)).toBe(true);
    expect(Number.isFinite(byName['memory-per-viewer-worker']?.value)).toBe(true);
    expect(byName['overload-refusal-ms']?.value).toBeGreaterThan(0);
    expect(byName['overload-refusal-ms']?.pairs).toBeGreaterThan(0);
    const free = ['viewers-per-core-lost', 'viewer-join-epochs', 'viewer-join-messages'];
    expect(free.map((name) => byName[name]?.value)).toEqual([0, 0, 0]);
  },
);
