// npm run egress: the program of a show, by a feed link, to a file, to HLS or to RTMP, until it is stopped.
import { findBrowsers } from '../setup/browsers.mjs';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { runEntry } from '../setup/prepare.mjs';
import { parseOptions, usage, UsageError } from './options.mjs';
import { shownTarget } from './rtmpAddress.mjs';

const USAGE_EXIT = 2;

/** For people: what happens. For machines: one JSON object a line on the standard output, and what happens beside it. */
const createVoice = (isJson) => {
  if (!isJson) return { say: (text) => console.log(`egress: ${text}`), onProgress: () => undefined };
  return {
    say: (text) => console.error(`egress: ${text}`),
    onProgress: (progress) => console.log(JSON.stringify({ at: new Date().toISOString(), ...progress })),
  };
};

const egress = async () => {
  const { isJson, ...options } = parseOptions(process.argv.slice(2));
  const missing = Object.entries({ chromium: 'chromium', ffmpeg: 'ffmpeg' }).flatMap(([name, debian]) =>
    findBrowsers()[name] ? [] : [debian],
  );
  await ensurePackages(missing, 'to run the egress', createReporter());
  const { chromium: chromiumBin, ffmpeg: ffmpegBin } = findBrowsers();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());
  const { runEgress } = await import('./runEgress.mjs');
  const { say, onProgress } = createVoice(isJson);
  say(`to ${shownTarget(options.out)}`);
  const { exit, why, seconds } = await runEgress({
    ...options,
    chromiumBin,
    ffmpegBin,
    stop: stopping.signal,
    say,
    onProgress,
  });
  onProgress({ state: 'stopped', exit, why, seconds });
  say(`stopped (${why}) after ${seconds.toFixed(1)} s of picture and sound`);
  return exit;
};

await runEntry(async () => {
  try {
    return await egress();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return USAGE_EXIT;
  }
});
