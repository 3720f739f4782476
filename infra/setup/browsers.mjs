// Owns the browsers that the tests drive, and the tool that gives Firefox a network of its own.
import fs from 'node:fs';
import path from 'node:path';
import { settings } from './environment.mjs';

/** Folders that an ordinary user's PATH may lack although their programs run for everybody. */
const systemFolders = ['/usr/sbin', '/sbin'];

const findProgram = (names) =>
  names
    .flatMap((name) => [...settings().searchPath, ...systemFolders].map((folder) => path.join(folder, name)))
    .find((file) => fs.existsSync(file));

/** Where the browsers are; a given path counts only if it exists. */
export const findBrowsers = () => {
  const { chromiumBin, firefoxBin } = settings();
  return {
    chromium: chromiumBin ?? findProgram(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']),
    firefox: firefoxBin ?? findProgram(['firefox-esr', 'firefox']),
    ip: findProgram(['ip']),
  };
};

/** Debian's names for what is missing. */
export const missingBrowserPackages = ({ chromium, firefox, ip }) => [
  ...(chromium ? [] : ['chromium']),
  ...(firefox ? [] : ['firefox-esr']),
  ...(ip ? [] : ['iproute2']),
];
