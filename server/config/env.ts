// The only reader of the environment: settings from it and from one file become one checked, frozen Config.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { IceServer } from '#protocol/media';
import { SETTINGS, type SettingName, type SettingValues } from './schema.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly media: {
    readonly listenHost: string;
    readonly announcedAddress: string;
    readonly firstPort: number;
    readonly workers: number;
    /** Share of a core; Infinity: nobody is refused. */
    readonly fullCpu: number;
    readonly spread: SettingValues['ROOM_SPREAD'];
    readonly workerBin: string | undefined;
  };
  readonly dataDir: string;
  readonly clientDir: string;
  /** Where people open the page; undefined means: wherever a request says it came to. */
  readonly publicOrigin: string | undefined;
  readonly trustedProxies: number;
  /** Origins whose pages may embed ours and use its API. */
  readonly embedOrigins: readonly string[];
  readonly roomCreation: 'open' | 'closed';
  readonly maxRooms: number;
  /** What clients may put into the data folder, as ciphertext. */
  readonly files: {
    readonly maxFileBytes: number;
    readonly maxRoomBytes: number;
    readonly maxTotalBytes: number;
    readonly ttlMs: number;
  };
  /** The TURN server that shares our secret; without URLs there is none. */
  readonly turn: { readonly urls: readonly string[]; readonly ttlMs: number };
  readonly drainMs: number;
  readonly logLevel: SettingValues['LOG_LEVEL'];
}

/** Held apart from Config, so that printing a Config shows none. */
export interface Secrets {
  readonly iceServers: readonly IceServer[];
  /** Opens the admin page and what it asks; without one there is no such page. */
  readonly adminToken: string | undefined;
  /** What the TURN server and we make its credentials with; always there where `turn.urls` are. */
  readonly turnSecret: string | undefined;
  /** Who shows it may read `/metrics`. */
  readonly metricsToken: string | undefined;
}

/** Says every wrong setting, one per line, with what to write instead. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export const CONFIG_FILE = 'conclave.config.json';
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);
const MIB = 1024 * 1024;
const LOOPBACK = '127.0.0.1';

/**
 * @param environment where settings may stand; it wins over the file
 * @param readText reads the file named by CONCLAVE_CONFIG, or `conclave.config.json` where it exists
 * @throws ConfigError
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): { config: Config; secrets: Secrets } {
  const fromFile = readConfigFile(environment['CONCLAVE_CONFIG'], readText);
  const problems: string[] = Object.keys(fromFile)
    .filter((name) => !(name in SETTINGS))
    .map((name) => `${JSON.stringify(name)} in the configuration file is no setting; CONFIG.md lists them`);
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const given = environment[name];
    const parsed = v.safeParse(SETTINGS[name].schema, given === undefined || given === '' ? fromFile[name] : given);
    if (parsed.success) values[name] = parsed.output;
    else problems.push(`${name} is not right: write ${SETTINGS[name].write}`);
  }
  problems.push(...halvesOfTurn(values));
  if (problems.length > 0) throw new ConfigError(problems);
  // Every name was parsed by its own schema just above.
  return assemble(values as SettingValues);
}

/** A server that has but one of the two would run without a relay, and nobody would know before they need it. */
function halvesOfTurn(values: Partial<Record<SettingName, unknown>>): string[] {
  const { TURN_URLS: urls, TURN_SECRET: secret } = values;
  // One that is wrong is told already.
  if (!('TURN_URLS' in values) || !('TURN_SECRET' in values)) return [];
  const hasUrls = Array.isArray(urls) && urls.length > 0;
  if (hasUrls === (secret !== undefined)) return [];
  const missing = hasUrls ? 'TURN_SECRET' : 'TURN_URLS';
  return [`${missing} is missing beside ${hasUrls ? 'TURN_URLS' : 'TURN_SECRET'}: write ${SETTINGS[missing].write}`];
}

function readConfigFile(named: string | undefined, readText: (path: string) => string): Record<string, unknown> {
  const isNamed = named !== undefined && named !== '';
  const path = resolve(isNamed ? named : CONFIG_FILE);
  let content: string;
  try {
    content = readText(path);
  } catch (error) {
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError([`${path} cannot be read: let CONCLAVE_CONFIG name a readable JSON file`]);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())), content);
  if (!parsed.success) throw new ConfigError([`${path} is not right: write one JSON object, {"PORT": 3000}`]);
  return parsed.output;
}

function assemble(values: SettingValues): { config: Config; secrets: Secrets } {
  const host = values.HOST;
  const isConcrete = isIP(host) !== 0 && !ANY_ADDRESS.has(host);
  const config: Config = {
    port: values.PORT,
    host,
    media: Object.freeze({
      listenHost: values.MEDIA_HOST ?? (isIP(host) === 0 ? LOOPBACK : host),
      announcedAddress: values.ANNOUNCED_ADDRESS ?? (isConcrete ? host : LOOPBACK),
      firstPort: values.MEDIA_PORT,
      workers: values.WORKERS,
      fullCpu: values.WORKER_FULL_PERCENT === 100 ? Infinity : values.WORKER_FULL_PERCENT / 100,
      spread: values.ROOM_SPREAD,
      workerBin: values.MEDIASOUP_WORKER_BIN,
    }),
    dataDir: resolve(values.DATA_DIR),
    clientDir: resolve(values.CLIENT_DIR),
    publicOrigin: values.PUBLIC_ORIGIN,
    trustedProxies: values.TRUST_PROXY,
    embedOrigins: Object.freeze(values.EMBED_ORIGINS),
    roomCreation: values.ROOM_CREATION,
    maxRooms: values.MAX_ROOMS,
    files: Object.freeze({
      maxFileBytes: values.FILE_MAX_MB * MIB,
      maxRoomBytes: values.FILE_ROOM_MB * MIB,
      maxTotalBytes: values.FILE_TOTAL_MB * MIB,
      ttlMs: values.FILE_TTL_MS,
    }),
    turn: Object.freeze({ urls: Object.freeze(values.TURN_URLS), ttlMs: values.TURN_TTL_S * 1000 }),
    drainMs: values.DRAIN_MS,
    logLevel: values.LOG_LEVEL,
  };
  const secrets: Secrets = {
    iceServers: Object.freeze(values.ICE_SERVERS),
    adminToken: values.ADMIN_TOKEN,
    turnSecret: values.TURN_SECRET,
    metricsToken: values.METRICS_TOKEN,
  };
  return { config: Object.freeze(config), secrets: Object.freeze(secrets) };
}
