// npm run doctor: sets up whatever is missing but the page, then runs infra/doctor/doctor.ts with the arguments and its exit code.
import path from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { childEnv, repoRoot, settings } from './environment.mjs';
import { findNode24 } from './node24.mjs';
import { runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';
import { createReporter } from './reporter.mjs';
import { findWorker } from './worker.mjs';

await runEntry(async () => {
  await ensureDependencies(createReporter());
  const { bin } = findNode24();
  // Only looked for: whether one is there is a finding, and building it takes minutes.
  const workerBin = settings().workerBin ?? findWorker();
  const doctor = path.join(repoRoot, 'infra', 'doctor', 'doctor.ts');
  const env = childEnv(workerBin === undefined ? {} : { MEDIASOUP_WORKER_BIN: workerBin }, bin);
  return runInForeground(bin, [doctor, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
