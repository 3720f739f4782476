// Owns the browsers that the tests drive, the tool that gives Firefox a network of its own, and ffmpeg, which the egress writes with.
import fs from 'node:fs';
import path from 'node:path';
import { settings } from './environment.mjs';
import { SetupError } from './SetupError.mjs';

/** Folders that an ordinary user's PATH may lack although their programs run for everybody. */
const systemFolders = ['/usr/sbin', '/sbin'];

const findProgram = (names) =>
  names
    .flatMap((name) => [...settings().searchPath, ...systemFolders].map((folder) => path.join(folder, name)))
    .find((file) => fs.existsSync(file));

/** A browser that a variable names; one that is not there is a mistake to tell, not to paper over. */
const givenBrowser = (variable, file) => {
  if (file === undefined || fs.existsSync(file)) return file;
  throw new SetupError(`${variable} names ${file}, which does not exist.`, [
    'Give the path of a browser, or unset the variable and let set-up find one.',
  ]);
};

/** Where the browsers are, as given or as found; undefined for what is missing. */
export const findBrowsers = () => {
  const { chromiumBin, firefoxBin } = settings();
  const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return {
    chromium: givenBrowser('CHROMIUM_BIN', chromiumBin) ?? findProgram(chromiumNames),
    firefox: givenBrowser('FIREFOX_BIN', firefoxBin) ?? findProgram(['firefox-esr', 'firefox']),
    ip: findProgram(['ip']),
    ffmpeg: findProgram(['ffmpeg']),
  };
};

/**
 * What Firefox opens by itself where it is there: its way to a sound card, and what it draws WebGL with, which changing the
 * background takes, where there is neither a display nor a graphics card.
 */
const besideFirefox = ['libpulse0', 'libegl1', 'libgl1-mesa-dri'];

/** Debian's names for what is missing. */
export const missingBrowserPackages = ({ chromium, firefox, ip, ffmpeg }) => [
  ...(chromium ? [] : ['chromium']),
  ...(firefox ? [] : ['firefox-esr', ...besideFirefox]),
  ...(ip ? [] : ['iproute2']),
  ...(ffmpeg ? [] : ['ffmpeg']),
];
