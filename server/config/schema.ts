// Every setting of the server: its name, its shape, its default, and what to write when it is wrong.
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import * as v from 'valibot';
import { IceServer } from '#protocol/media';

/** A setting as text from the environment or as JSON from the file; both become the same value. */
interface Setting<Schema extends v.GenericSchema> {
  schema: Schema;
  /** What a right value looks like; completes the sentence "write …". */
  write: string;
}

const setting = <Schema extends v.GenericSchema>(schema: Schema, write: string): Setting<Schema> => ({ schema, write });

const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number))]),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
  );
const text = v.pipe(v.string(), v.trim(), v.nonEmpty());
const json = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.union([schema, v.pipe(v.string(), v.parseJson(), schema)]);
const hostName = v.pipe(text, v.regex(/^[A-Za-z0-9.:_-]{1,253}$/));
const ipAddress = v.pipe(
  text,
  v.check((value) => isIP(value) !== 0),
);
const origin = v.pipe(
  text,
  v.url(),
  v.transform((value) => new URL(value)),
  v.check((url) => ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && url.search === ''),
  v.transform((url) => url.origin),
);

/** These become words of the CSP, where a semicolon, which a URL's host may have, would begin another rule. */
const embedder = v.pipe(origin, v.regex(/^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/));
/** As a JSON array, or as words with spaces or commas between them. */
const listOf = <Schema extends v.GenericSchema<string, string>>(word: Schema) =>
  v.union([
    v.array(word),
    v.pipe(v.string(), v.trim(), v.startsWith('['), v.parseJson(), v.array(word)),
    v.pipe(
      v.string(),
      v.transform((value) => value.split(/[\s,]+/).filter((each) => each !== '')),
      v.array(word),
    ),
  ]);

const turnUrl = v.pipe(
  text,
  v.regex(/^turns?:([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(\?transport=(udp|tcp))?$/),
);
/** As it stands in coturn's file, where a space or a `#` would end it; 32 characters of hex are 128 bits. */
const turnSecret = v.pipe(text, v.regex(/^[A-Za-z0-9+/=_-]{32,256}$/));

/** As it stands in an Authorization header (RFC 6750 section 2.1); 32 characters of hex are 128 bits. */
const adminToken = v.pipe(text, v.regex(/^[A-Za-z0-9._~+/-]{32,256}$/));

const LAST_PORT = 65_535;
const MAX_WORKERS = 256;
const MAX_DRAIN_MS = 24 * 60 * 60 * 1000;
const MAX_MB = 10_000_000;
/**
 * A client renews its credentials with its token, every nine minutes, and opens its way over a relay anew with the first ones that
 * come past half of this: with less, that could be too late.
 */
const MIN_TURN_TTL_S = 20 * 60;
const MAX_TURN_TTL_S = 24 * 60 * 60;
const MAX_FILE_TTL_MS = 7 * 24 * 60 * 60 * 1000;

export const SETTINGS = {
  PORT: setting(v.optional(wholeNumber(0, LAST_PORT), 3000), 'a port from 0 (any free one) to 65535'),
  HOST: setting(v.optional(hostName, '127.0.0.1'), 'an address or name of this machine to listen on, e.g. 0.0.0.0'),
  ANNOUNCED_ADDRESS: setting(v.optional(hostName), 'the address or name at which browsers reach the media ports'),
  MEDIA_HOST: setting(v.optional(ipAddress), 'an IP address of this machine to take media on, e.g. 0.0.0.0'),
  MEDIA_PORT: setting(
    v.optional(wholeNumber(0, LAST_PORT), 40_000),
    'the first media port (UDP and TCP, one per Worker), or 0 for any free ones',
  ),
  WORKERS: setting(
    v.optional(wholeNumber(1, MAX_WORKERS), () => Math.min(availableParallelism(), MAX_WORKERS)),
    'how many media Workers to run, 1 to 256',
  ),
  WORKER_FULL_PERCENT: setting(
    v.optional(wholeNumber(10, 100), 80),
    'at how many percent of a core a media Worker takes nobody new, 10 to 99, or 100 to refuse nobody',
  ),
  ROOM_SPREAD: setting(
    v.optional(v.picklist(['loaded', 'always']), 'loaded'),
    'loaded, or always to spread the people of every room over the media Workers',
  ),
  MEDIASOUP_WORKER_BIN: setting(v.optional(text), 'the path of a mediasoup-worker binary'),
  DATA_DIR: setting(v.optional(text, 'data'), 'a folder that only this server writes to'),
  CLIENT_DIR: setting(v.optional(text, 'dist/client'), 'the folder with the built page'),
  PUBLIC_ORIGIN: setting(v.optional(origin), 'the origin people open, e.g. https://meet.example.org'),
  EMBED_ORIGINS: setting(
    v.optional(listOf(embedder), []),
    'the origins whose pages may embed this one, e.g. https://www.example.org https://intra.example.org',
  ),
  TRUST_PROXY: setting(v.optional(wholeNumber(0, 8), 0), 'how many proxies of yours stand in front, 0 to 8'),
  ROOM_CREATION: setting(v.optional(v.picklist(['open', 'closed']), 'open'), 'open or closed'),
  MAX_ROOMS: setting(v.optional(wholeNumber(1, 1_000_000), 20_000), 'a whole number from 1 to 1000000'),
  FILE_MAX_MB: setting(v.optional(wholeNumber(0, MAX_MB), 10_240), 'MiB of the largest file, 0 (no files) to 10000000'),
  FILE_ROOM_MB: setting(v.optional(wholeNumber(1, MAX_MB), 20_480), 'MiB of all files of one room, 1 to 10000000'),
  FILE_TOTAL_MB: setting(v.optional(wholeNumber(1, MAX_MB), 51_200), 'MiB of all files together, 1 to 10000000'),
  FILE_TTL_MS: setting(
    v.optional(wholeNumber(60_000, MAX_FILE_TTL_MS), 24 * 60 * 60 * 1000),
    'milliseconds from 60000 to 604800000',
  ),
  ADMIN_TOKEN: setting(
    v.optional(adminToken),
    'a secret of 32 letters and digits or more, as openssl rand -hex 32 makes one',
  ),
  DRAIN_MS: setting(v.optional(wholeNumber(0, MAX_DRAIN_MS), 3_000), 'milliseconds from 0 to 86400000'),
  METRICS_TOKEN: setting(
    v.optional(v.pipe(text, v.regex(/^[!-~]{16,256}$/))),
    '16 to 256 letters, digits and signs without spaces, as openssl rand -hex 32 makes them',
  ),
  LOG_LEVEL: setting(
    v.optional(v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info'),
    'fatal, error, warn, info, debug, trace or silent',
  ),
  ICE_SERVERS: setting(
    v.optional(json(v.array(v.omit(IceServer, ['ttlMs']))), []),
    'a JSON array such as [{"urls":"turn:turn.example.org","username":"u","credential":"c"}]',
  ),
  TURN_URLS: setting(
    v.optional(listOf(turnUrl), []),
    'the TURN server’s URLs, e.g. turn:turn.example.org:3478?transport=udp turns:turn.example.org:443?transport=tcp',
  ),
  TURN_SECRET: setting(
    v.optional(turnSecret),
    'the static-auth-secret of the TURN server: 32 letters and digits or more, as openssl rand -hex 32 makes them',
  ),
  TURN_TTL_S: setting(
    v.optional(wholeNumber(MIN_TURN_TTL_S, MAX_TURN_TTL_S), 60 * 60),
    'seconds that credentials for the TURN server last, 1200 to 86400',
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValues = { [Name in SettingName]: v.InferOutput<(typeof SETTINGS)[Name]['schema']> };
