import { afterEach, expect, test, vi } from 'vitest';
import { findBrowsers, missingBrowserPackages } from './browsers.mjs';
import { SetupError } from './SetupError.mjs';

afterEach(() => vi.unstubAllEnvs());

test('what is missing is named as Debian names it', () => {
  expect(missingBrowserPackages({ chromium: undefined, firefox: '/usr/bin/firefox', ip: undefined })).toEqual([
    'chromium',
    'iproute2',
    'ffmpeg',
  ]);
});

test('with Firefox comes what it sounds by, and draws by where there is no display', () => {
  const found = { chromium: '/usr/bin/chromium', firefox: undefined, ip: '/usr/sbin/ip', ffmpeg: '/usr/bin/ffmpeg' };
  expect(missingBrowserPackages(found)).toEqual(['firefox-esr', 'libpulse0', 'libegl1', 'libgl1-mesa-dri']);
});

test('a browser that a variable names is taken as it is', () => {
  vi.stubEnv('CHROMIUM_BIN', process.execPath);
  expect(findBrowsers().chromium).toBe(process.execPath);
});

test('a browser that a variable names and that is not there is told, not replaced', () => {
  vi.stubEnv('FIREFOX_BIN', '/nowhere/firefox');
  expect(findBrowsers).toThrow(SetupError);
});
