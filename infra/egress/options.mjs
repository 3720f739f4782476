// Owns what `npm run egress` is asked for, and the words for what is wrong with it.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { splitRtmp } from './rtmpAddress.mjs';

export const usage = `npm run egress -- (--link-file FILE | --link URL) (--out … | --out-file FILE)
  --link-file FILE    reads a feed link from the first line of a file
  --link URL          the link itself; whoever sees the list of processes sees it too
  --out …             where it goes: FILE.webm, FILE.mkv, FILE.mp4, DIR/index.m3u8 (HLS), or rtmp://… or rtmps://…
  --out-file FILE     reads that from the first line of a file instead: an RTMP address holds the key of the stream
  --keep              keeps all parts of HLS; without it a playlist names the last six
  --seconds N         ends by itself after so long
  --retry-for N       seconds for which a lost ingest is tried again (300)
  --profile FOLDER    keeps the browser's memory of this link there: a ticket is one device's, and opens again only with it
  --language en|fr    of the words in the picture (en)
  --time-zone ZONE    of the times in the picture, as Europe/Paris; the machine's own otherwise
  --progress json     says once a second how far it is, a JSON object a line
  --no-sandbox        starts Chromium without its sandbox, where a container allows it none`;

/** Says what a person did wrong; there is no stack to be shown. */
export class UsageError extends Error {}

const KINDS = { '.webm': 'webm', '.mkv': 'mkv', '.mp4': 'mp4', '.m3u8': 'hls' };
const RETRY_FOR_S = 300;

/** What is there already stays: a start after a crash must not take the first half of a show. */
const freeFile = (file) => {
  const { dir, name, ext } = path.parse(file);
  for (let number = 2; ; number += 1) {
    if (!fs.existsSync(file)) return file;
    file = path.join(dir, `${name}-${number}${ext}`);
  }
};

/** @returns {{ kind: 'webm' | 'mkv' | 'mp4' | 'hls' | 'rtmp', target: string }} */
const parseOut = (text) => {
  if (/^rtmps?:\/\//.test(text)) {
    // Not repeated: it may hold a key.
    if (/^rtmps?:\/\/[^/]*@/.test(text))
      throw new UsageError('an RTMP address with a user and a password is not taken');
    if (splitRtmp(text) === null) throw new UsageError('an RTMP address is rtmp://HOST/APPLICATION/KEY');
    return { kind: 'rtmp', target: text };
  }
  if (/^[a-z]+:\/\//i.test(text)) throw new UsageError('--out takes a file, DIR/index.m3u8 or rtmp://…');
  const kind = KINDS[path.extname(text).toLowerCase()];
  if (kind === undefined) throw new UsageError('--out names no file that ends in .webm, .mkv, .mp4 or .m3u8');
  const target = path.resolve(text);
  return { kind, target: kind === 'hls' ? target : freeFile(target) };
};

const parseSeconds = (text, name) => {
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new UsageError(`--${name} takes a number above 0`);
  return seconds;
};

const parseLanguage = (text) => {
  if (text !== 'en' && text !== 'fr') throw new UsageError('--language takes en or fr');
  return text;
};

const parseTimeZone = (text) => {
  if (text === undefined) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError('--time-zone takes a zone as Europe/Paris');
  }
};

/** Of two options one is given: the thing itself, or a file in whose first line it stands. */
const readGiven = (values, name) => {
  const [text, file] = [values[name], values[`${name}-file`]];
  if ((text === undefined) === (file === undefined)) throw new UsageError(`give either --${name} or --${name}-file`);
  if (text !== undefined) return text.trim();
  try {
    return fs.readFileSync(file, 'utf8').split('\n')[0].trim();
  } catch {
    throw new UsageError(`--${name}-file ${file} cannot be read`);
  }
};

const text = { type: 'string' };
const yes = { type: 'boolean', default: false };
const OPTIONS = {
  link: text,
  'link-file': text,
  out: text,
  'out-file': text,
  keep: yes,
  seconds: text,
  'retry-for': { ...text, default: String(RETRY_FOR_S) },
  profile: text,
  language: { ...text, default: 'en' },
  'time-zone': text,
  progress: text,
  'no-sandbox': yes,
};

const readOptions = (args) => {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    // What stands there without an option may be a link or a key: it is not repeated.
    if (error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
      throw new UsageError('there is a word without its option');
    throw new UsageError(error.message);
  }
};

/**
 * @param {string[]} args
 * @returns {{ link: string, out: { kind: string, target: string, keep: boolean }, seconds: number | null, retryForMs: number,
 *   profile: string | null, language: 'en' | 'fr', timeZone: string | null, isJson: boolean, sandbox: boolean }}
 */
export const parseOptions = (args) => {
  const values = readOptions(args);
  const link = readGiven(values, 'link');
  if (!/^https?:\/\/[^/]+\/f\/[^/#]+#/.test(link))
    throw new UsageError('the link is no feed link (https://HOST/f/…#…)');
  if (values.progress !== undefined && values.progress !== 'json') throw new UsageError('--progress takes json');
  const out = parseOut(readGiven(values, 'out'));
  if (values.keep && out.kind !== 'hls') throw new UsageError('--keep is for HLS');
  return {
    link,
    out: { ...out, keep: values.keep },
    seconds: values.seconds === undefined ? null : parseSeconds(values.seconds, 'seconds'),
    retryForMs: parseSeconds(values['retry-for'], 'retry-for') * 1000,
    profile: values.profile === undefined ? null : path.resolve(values.profile),
    language: parseLanguage(values.language),
    timeZone: parseTimeZone(values['time-zone']),
    isJson: values.progress === 'json',
    sandbox: !values['no-sandbox'],
  };
};
