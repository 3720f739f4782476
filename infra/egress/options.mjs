// Owns what `npm run egress` is asked for, and the words for what is wrong with it.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run egress -- (--link URL | --link-file FILE) --out (FILE.webm | FILE.mkv | FILE.mp4 | DIR/index.m3u8 | rtmp://…)
  --link URL         a feed link; whoever sees the list of processes sees it too
  --link-file FILE   reads the link from the first line of a file instead
  --out …            where it goes: a file, HLS, or RTMP
  --seconds N        ends by itself after so long
  --profile FOLDER   keeps the browser's memory of this link there: a ticket is one device's, and opens again only with it
  --no-sandbox       starts Chromium without its sandbox, where a container allows it none`;

/** Says what a person did wrong; there is no stack to be shown. */
export class UsageError extends Error {}

const KINDS = { '.webm': 'webm', '.mkv': 'mkv', '.mp4': 'mp4', '.m3u8': 'hls' };

/** @returns {{ kind: 'webm' | 'mkv' | 'mp4' | 'hls' | 'rtmp', target: string }} */
const parseOut = (text) => {
  if (/^rtmps?:\/\/[^\s]+$/.test(text)) return { kind: 'rtmp', target: text };
  if (/^[a-z]+:\/\//i.test(text)) throw new UsageError('--out takes a file, DIR/index.m3u8 or rtmp://…');
  const kind = KINDS[path.extname(text).toLowerCase()];
  if (kind === undefined) throw new UsageError('--out names no file that ends in .webm, .mkv, .mp4 or .m3u8');
  return { kind, target: path.resolve(text) };
};

const parseSeconds = (text) => {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new UsageError('--seconds takes a number above 0');
  return seconds;
};

const readLink = ({ link, 'link-file': file }) => {
  if ((link === undefined) === (file === undefined)) throw new UsageError('give either --link or --link-file');
  if (link !== undefined) return link.trim();
  try {
    return fs.readFileSync(file, 'utf8').split('\n')[0].trim();
  } catch {
    throw new UsageError(`--link-file ${file} cannot be read`);
  }
};

/**
 * @param {string[]} args
 * @returns {{ link: string, out: ReturnType<typeof parseOut>, seconds: number | null, profile: string | null, sandbox: boolean }}
 */
export const parseOptions = (args) => {
  const text = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        link: text,
        'link-file': text,
        out: text,
        seconds: text,
        profile: text,
        'no-sandbox': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const link = readLink(values);
  if (!/^https?:\/\/[^/]+\/f\/[^/#]+#/.test(link))
    throw new UsageError('the link is no feed link (https://HOST/f/…#…)');
  if (values.out === undefined) throw new UsageError('--out is missing');
  return {
    link,
    out: parseOut(values.out),
    seconds: parseSeconds(values.seconds),
    profile: values.profile === undefined ? null : path.resolve(values.profile),
    sandbox: !values['no-sandbox'],
  };
};
