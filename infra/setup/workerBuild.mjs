// Owns building the mediasoup worker from the source in its npm package, against Debian's libraries, on a copy.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setupFolder } from './environment.mjs';
import { runOrFail } from './processes.mjs';
import { SetupError } from './SetupError.mjs';
import { buildSrtp } from './srtpBuild.mjs';

const overlay = path.join(setupFolder, 'worker-overlay');
/** What one compiler may need at worst; more jobs than memory for them end in the kernel killing one. */
const bytesPerJob = 1.2e9;

/** "[12/285] Compiling …" → 0.042; undefined for any other line. */
export const ninjaFraction = (line) => {
  const match = /^\[(\d+)\/(\d+)\]/.exec(line);
  if (!match || Number(match[2]) === 0) return undefined;
  return Number(match[1]) / Number(match[2]);
};

/** How many compilers run at once: one a core, fewer where memory is short. */
export const jobCount = (cores, freeBytes) => Math.max(1, Math.min(cores, Math.floor(freeBytes / bytesPerJob)));

/**
 * Text with one passage replaced; a passage that is not there exactly once is a failure, not a silent skip.
 * @param {string} text
 * @param {{ file: string, from: string, to: string }} edit
 */
export const applyEdit = (text, { file, from, to }) => {
  if (text.split(from).length !== 2) {
    throw new SetupError(
      `The recipe for the mediasoup worker does not fit this version: ${file} should contain "${from}" once.`,
      ['See infra/setup/worker-overlay/recipe.json.'],
    );
  }
  return text.replace(from, () => to);
};

/** Copies the worker's source and puts our subprojects in the place of the wraps that would download. */
const prepareSource = (source, target, recipe) => {
  fs.cpSync(source, target, { recursive: true, filter: (file) => path.basename(file) !== 'out' });
  const subprojects = path.join(target, 'subprojects');
  fs.rmSync(subprojects, { recursive: true });
  fs.cpSync(path.join(overlay, 'subprojects'), subprojects, { recursive: true });
  for (const edit of recipe.edits) {
    const file = path.join(target, edit.file);
    fs.writeFileSync(file, applyEdit(fs.readFileSync(file, 'utf8'), edit));
  }
};

const compile = async (folder, step) => {
  const jobs = jobCount(os.availableParallelism?.() ?? os.cpus().length, os.freemem());
  await runOrFail('Building the mediasoup worker', 'ninja', ['-j', String(jobs), '-C', 'out', 'mediasoup-worker'], {
    cwd: folder,
    env: { ...process.env, NINJA_STATUS: '[%f/%t] ' },
    onLine: (line) => {
      const fraction = ninjaFraction(line);
      if (fraction !== undefined) step.progress(`${Math.floor(fraction * 100)} %`);
    },
  });
};

/**
 * Builds the worker in a temporary folder and hands the binary to `accept` before the folder goes.
 * @param {{ source: string, accept: (bin: string) => void, report: object }} options `source`: the package's worker folder
 */
export const buildWorker = async ({ source, accept, report }) => {
  const recipe = JSON.parse(fs.readFileSync(path.join(overlay, 'recipe.json'), 'utf8'));
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-worker-'));
  const discard = () => fs.rmSync(work, { recursive: true, force: true });
  process.once('exit', discard);
  try {
    const srtpPrefix = await buildSrtp({
      folder: path.join(work, 'srtp'),
      configureArgs: recipe.srtpConfigureArgs,
      report,
    });
    const step = report.begin('worker', 'building the mediasoup worker from its source (a few minutes, once)');
    const folder = path.join(work, 'worker');
    prepareSource(source, folder, recipe);
    await runOrFail(
      'Configuring the mediasoup worker',
      'meson',
      ['setup', 'out', ...recipe.mesonArgs, `-Dlibsrtp3:srtp2_prefix=${srtpPrefix}`],
      {
        cwd: folder,
      },
    );
    await compile(folder, step);
    accept(path.join(folder, 'out', 'mediasoup-worker'));
    step.end('built the mediasoup worker and cached it');
  } finally {
    process.off('exit', discard);
    discard();
  }
};
