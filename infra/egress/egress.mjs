// npm run egress: the program of a show, by a feed link, to a file, to HLS or to RTMP, until it is stopped.
import { findBrowsers } from '../setup/browsers.mjs';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { runEntry } from '../setup/prepare.mjs';
import { parseOptions, usage, UsageError } from './options.mjs';

const optionsOrUsage = () => {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return null;
  }
};

await runEntry(async () => {
  const options = optionsOrUsage();
  if (options === null) return 2;
  const missing = Object.entries({ chromium: 'chromium', ffmpeg: 'ffmpeg' }).flatMap(([name, debian]) =>
    findBrowsers()[name] ? [] : [debian],
  );
  await ensurePackages(missing, 'to run the egress', createReporter());
  const { chromium: chromiumBin, ffmpeg: ffmpegBin } = findBrowsers();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopping.abort());
  const { runEgress } = await import('./runEgress.mjs');
  const say = (text) => console.log(`egress: ${text}`);
  const { ok, why, bytes } = await runEgress({ ...options, chromiumBin, ffmpegBin, stop: stopping.signal, say });
  say(`stopped (${why}) after ${bytes} bytes of the page`);
  return ok ? 0 : 1;
});
