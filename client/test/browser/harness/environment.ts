// What the browser tests read from the environment, and where things lie.
import { existsSync } from 'node:fs';
import path from 'node:path';

export const REPO_ROOT = path.resolve(import.meta.dirname, '..', '..', '..', '..');

/** Pictures of screens, and of failures; ignored by git. */
export const RESULTS = path.join(REPO_ROOT, 'test-results');

function program(variable: string, ...usual: string[]): string {
  const named = process.env[variable];
  const found = named ?? usual.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`no browser at ${usual.join(' or ')}; set ${variable} or run npm test`);
  return found;
}

export const chromiumBin = (): string => program('CHROMIUM_BIN', '/usr/bin/chromium', '/usr/bin/chromium-browser');
export const firefoxBin = (): string => program('FIREFOX_BIN', '/usr/bin/firefox-esr', '/usr/bin/firefox');

/** The mediasoup worker that set-up found or built; without it mediasoup looks for its own. */
export const workerBin = (): string | undefined => process.env['MEDIASOUP_WORKER_BIN'];

/** The native sink of the media load that set-up built, where it could. */
export const sinkBin = (): string | undefined => process.env['MEDIA_SINK_BIN'];

/** The README's picture is written only when asked for, so that a test run leaves the tree as it was. */
export const wantsScreenshot = (): boolean => process.env['UPDATE_SCREENSHOT'] === '1';
export const SCREENSHOT = path.join(REPO_ROOT, 'infra', 'docs', 'screenshot.png');
