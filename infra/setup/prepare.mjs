// Owns the order of set-up's steps and what they hand on to the program that follows.
import { findBrowsers, missingBrowserPackages } from './browsers.mjs';
import { ensureClient } from './client.mjs';
import { ensurePackages, entryPackages } from './debianPackages.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { childEnv } from './environment.mjs';
import { ensureJanus } from './janus.mjs';
import { findNode24 } from './node24.mjs';
import { ensurePromtool } from './promtool.mjs';
import { createReporter } from './reporter.mjs';
import { SetupError } from './SetupError.mjs';
import { ensureSink } from './sink.mjs';
import { ensureWorker } from './worker.mjs';

/** @returns {Record<string, string>} the variable that tells where a program is; none where it cannot be had */
const told = (variable, bin) => (bin === undefined ? {} : { [variable]: bin });

/** @returns {Promise<Record<string, string>>} the variables that tell tests and benches where the sink, promtool and Janus are */
const findTools = async (report) => ({
  ...told('MEDIA_SINK_BIN', await ensureSink(report)),
  ...told('PROMTOOL_BIN', await ensurePromtool(report)),
  ...told('JANUS_BIN', await ensureJanus(report)),
});

/** @returns {Promise<Record<string, string>>} the variables that tell the tests where the browsers are */
const ensureBrowsers = async (report) => {
  const missing = missingBrowserPackages(findBrowsers());
  await ensurePackages([...missing, ...entryPackages()], 'to run the browser tests', report);
  const { chromium, firefox } = findBrowsers();
  if (!chromium || !firefox) throw new SetupError(`Installed ${missing.join(' ')}, yet a browser is not on the PATH.`);
  report.done('browsers', `${chromium}, ${firefox}`);
  return { CHROMIUM_BIN: chromium, FIREFOX_BIN: firefox };
};

/**
 * Sets up whatever is missing.
 * @param {{ forTests?: boolean, client?: boolean, browsers?: boolean }} options `forTests`: the media load's sink, promtool and Janus too, and browsers,
 *   unless `browsers` says no; `client`: the built page
 * @returns {Promise<{ nodeBin: string, env: NodeJS.ProcessEnv }>} Node 24 and the environment to run it with
 */
export const prepare = async ({ forTests = false, client = true, browsers = forTests } = {}) => {
  const report = createReporter();
  await ensureDependencies(report);
  const node = findNode24();
  report.done('node', node.version);
  const alsoNeeded = browsers ? [...missingBrowserPackages(findBrowsers()), ...entryPackages()] : [];
  const workerBin = await ensureWorker({ nodeBin: node.bin, alsoNeeded, report });
  const browserEnv = browsers ? await ensureBrowsers(report) : {};
  const toolsEnv = forTests ? await findTools(report) : {};
  if (client) await ensureClient({ nodeBin: node.bin, report });
  return {
    nodeBin: node.bin,
    env: childEnv({ MEDIASOUP_WORKER_BIN: workerBin, ...browserEnv, ...toolsEnv }, node.bin),
  };
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
