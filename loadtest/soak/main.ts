// npm run soak: many members over the real server, coming, going, crashing and resyncing at random, with frames sealed all along.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { tableOf, type Report } from '../bench/figures.ts';
import { currentCommit, describeMachine } from '../bench/machine.ts';
import { accountOf, claimsOf, figuresOf } from './outcome.ts';
import { planOf } from './plan.ts';
import { slowTime } from './slowTime.ts';

const EXIT_CLAIM_FAILED = 1;
const EXIT_INTERRUPTED = 130;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values: options } = parseArgs({
  options: {
    members: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    crews: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    pace: { type: 'string' },
    slow: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const plan = planOf({
  seed: Number(options.seed),
  members: Number(options.members),
  seconds: Number(options.minutes) * 60,
  crews: Number(options.crews),
  slow: Number(options.slow),
  ...(options.pace !== undefined && { paceMs: Number(options.pace) }),
});
const wrong = Object.entries(plan).find(([, value]) => !Number.isFinite(value) || value < 0);
if (wrong !== undefined) throw new Error(`--${wrong[0]} is not a number`);

// Before the house and its sockets are loaded: they keep timers of their own.
const slowSinceMs = Date.now();
slowTime(plan.slow, slowSinceMs);
const { Soak } = await import('./Soak.ts');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
say(`seed ${plan.seed} (--seed ${plan.seed} draws the same acts)`);
// oxlint-disable-next-line node/no-process-env -- set-up tells the Worker's place this way, as it tells the tests
const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
try {
  const seen = await new Soak({ plan, slowSinceMs, workerBin, say, signal: stop.signal }).run();
  const report: Report = { figures: figuresOf(seen), ...place };
  const claims = claimsOf(seen);
  say(['', ...accountOf(seen), '', tableOf(report), ''].join('\n'));
  for (const { holds, says } of claims) say(`${holds ? 'holds' : 'FAILS'}  ${says}`);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...report, seed: plan.seed, plan, claims }, null, 2)}\n`);
  }
  process.exitCode = claims.every(({ holds }) => holds) ? 0 : EXIT_CLAIM_FAILED;
} catch (error) {
  if (!stop.signal.aborted) throw error;
  say('stopped');
  process.exitCode = EXIT_INTERRUPTED;
}
