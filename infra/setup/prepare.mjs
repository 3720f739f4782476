// Owns the order of set-up's steps and what they hand on to the program that follows.
import { findBrowsers, missingBrowserPackages } from './browsers.mjs';
import { ensureClient } from './client.mjs';
import { ensurePackages } from './debianPackages.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { childEnv } from './environment.mjs';
import { findNode24 } from './node24.mjs';
import { createReporter } from './reporter.mjs';
import { SetupError } from './SetupError.mjs';
import { ensureWorker } from './worker.mjs';

/** @returns {Promise<Record<string, string>>} the variables that tell the tests where the browsers are */
const ensureBrowsers = async (report) => {
  const missing = missingBrowserPackages(findBrowsers());
  await ensurePackages(missing, 'to run the browser tests', report);
  const { chromium, firefox } = findBrowsers();
  if (!chromium || !firefox) throw new SetupError(`Installed ${missing.join(' ')}, yet a browser is not on the PATH.`);
  report.done('browsers', `${chromium}, ${firefox}`);
  return { CHROMIUM_BIN: chromium, FIREFOX_BIN: firefox };
};

/**
 * Sets up whatever is missing.
 * @param {{ forTests?: boolean, client?: boolean }} options `forTests`: browsers too; `client`: the built page
 * @returns {Promise<{ nodeBin: string, env: NodeJS.ProcessEnv }>} Node 24 and the environment to run it with
 */
export const prepare = async ({ forTests = false, client = true } = {}) => {
  const report = createReporter();
  await ensureDependencies(report);
  const node = findNode24();
  report.done('node', node.version);
  const alsoNeeded = forTests ? missingBrowserPackages(findBrowsers()) : [];
  const workerBin = await ensureWorker({ nodeBin: node.bin, alsoNeeded, report });
  const browserEnv = forTests ? await ensureBrowsers(report) : {};
  if (client) await ensureClient({ nodeBin: node.bin, report });
  return { nodeBin: node.bin, env: childEnv({ MEDIASOUP_WORKER_BIN: workerBin, ...browserEnv }, node.bin) };
};

/**
 * Runs an entry: its exit code becomes ours; what cannot be had is named without a stack.
 * @param {() => Promise<number>} entry
 */
export const runEntry = async (entry) => {
  try {
    process.exitCode = await entry();
  } catch (error) {
    if (error instanceof SetupError) createReporter().fail(error);
    else console.error(error);
    process.exitCode = 1;
  }
};
