// Puts the server together from its parts and takes it apart in reverse; main and the tests start it through here.
import { createServer, type Server as HttpServer } from 'node:http';
import { isIPv6, type AddressInfo, type Socket } from 'node:net';
import { MAX_SOCKETS_PER_ADDRESS } from '#protocol/limits';
import { createAccessTokens } from './access/accessTokens.ts';
import { createIceServers } from './access/iceServers.ts';
import { RoomBook } from './access/RoomBook.ts';
import { openSigningKeys } from './access/signingKeys.ts';
import { LocalCluster } from './cluster/LocalCluster.ts';
import type { Config, Secrets } from './config/env.ts';
import { ownBuild } from './doctor/ownBuild.ts';
import { SelfReport } from './doctor/SelfReport.ts';
import { createFileRelay } from './files/createFileRelay.ts';
import type { FileShelf } from './files/FileShelf.ts';
import { createHttpApp } from './http/app.ts';
import { securityHeaders } from './http/securityHeaders.ts';
import { createSfuMediaPlane } from './media/SfuMediaPlane.ts';
import { createJournal } from './observability/journal.ts';
import type { Log } from './observability/log.ts';
import { createMetrics } from './observability/metrics.ts';
import type { Clock, MediaPlane, NodeId } from './rooms/ports.ts';
import { RoomDirectory } from './rooms/RoomDirectory.ts';
import { AddressBook } from './signalling/AddressBook.ts';
import { SignallingServer, type SignallingOptions } from './signalling/SignallingServer.ts';
import { clientAddress } from './util/clientAddress.ts';
import { systemClock } from './util/clock.ts';
import { Closer } from './util/Closer.ts';
import { FolderTakenError, lockFolder } from './util/lockFolder.ts';
import { randomBase64url } from './util/secrets.ts';

export interface ServerOptions {
  config: Config;
  secrets: Secrets;
  log: Log;
  clock?: Clock;
  /** Instead of mediasoup; ownership passes to the server. */
  media?: MediaPlane;
  /** Instead of the wire's limits. */
  limits?: SignallingOptions['limits'] & { socketsPerAddress?: number };
}

export interface RunningServer {
  /** Where it listens, with the port that was really taken. */
  readonly url: string;
  readonly port: number;
  readonly directory: RoomDirectory;
  readonly media: MediaPlane;
  /** Takes no new Rooms and Peers; resolves when all have left or after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
  /** Ends everything in reverse order; resolves when the port is free. May be called twice. */
  close(): Promise<void>;
}

/** Browsers and proxies keep idle HTTP connections about this long; a longer one costs a file descriptor each. */
const KEEP_ALIVE_MS = 65_000;
const HEADERS_TIMEOUT_MS = 20_000;
/** Of a whole request: a block of a file has to come through within it, at 70 kbit/s and more. */
const REQUEST_TIMEOUT_MS = 120_000;
/** A socket on which nothing moves this long is cut: else whoever asks and never reads keeps an open file for good. */
const IDLE_TIMEOUT_MS = 75_000;

/** Names this run of the server, to its clients and to other nodes. */
const RUN_BYTES = 9;

/** What systems say where a socket cannot lie in a folder, or its path is too long for one. */
const UNLOCKABLE = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENAMETOOLONG', 'EINVAL'];

/** Rejects when keys, Workers or the port cannot be had; whatever was opened by then is closed again. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log } = options;
  const closer = new Closer((error) => log.error({ error }, 'closing failed'));
  try {
    return await compose(options, closer);
  } catch (error) {
    closer.close();
    throw error;
  }
}

async function compose(options: ServerOptions, closer: Closer): Promise<RunningServer> {
  const { config, secrets, log, clock = systemClock, limits } = options;
  // First of all: two servers would write over each other's files.
  closer.add(await lockDataFolder(config.dataDir, log));
  const media = options.media ?? (await createSfuMediaPlane({ ...config.media, log, clock }));
  closer.add(() => media.close());
  const tokens = createAccessTokens(await openSigningKeys(config.dataDir, clock.now()), clock);

  const { socketsPerAddress = MAX_SOCKETS_PER_ADDRESS } = limits ?? {};
  const { publicOrigin, trustedProxies, embedOrigins } = config;
  const files = await createFileRelay(config.dataDir, config.files, clock);
  closer.add(() => files.close());
  const run = randomBase64url(RUN_BYTES);
  const directory = await openDirectory({ ...{ config, log, clock, media, run }, files: files.shelf }, closer);
  const metrics = createMetrics({
    counts: () => directory.counts(),
    connections: () => signalling.connectionCount,
    media: () => media.status(),
    isDraining: () => directory.isDraining,
    storedBytes: () => files.shelf.bytesStored,
    dataDir: config.dataDir,
    version: ownBuild().version,
  });
  closer.add(() => metrics.close());
  const origins = { publicOrigin, trustedProxies, embedOrigins };
  const admin = openAdmin(options, clock, { directory, media, connections: () => signalling.connectionCount });
  if (admin !== null) closer.add(() => admin.close());
  const readiness = () => ({ isDraining: directory.isDraining, hasWorker: media.status().ready });
  const app = createHttpApp({
    directory,
    files,
    tokens,
    metrics,
    log,
    clock,
    origins,
    clientDir: config.clientDir,
    admin,
    metricsToken: secrets.metricsToken,
    readiness,
  });
  const httpServer = createServer(app);
  const sockets = trackSockets(httpServer, trustedProxies > 0 ? Infinity : socketsPerAddress);
  closer.add(() => closeListener(httpServer, sockets));
  const iceServers = createIceServers({ ...secrets, ...config.turn }, clock, () => metrics.countTurnCredentials());
  const services = { directory, tokens, clock, metrics, run, iceServers };
  const signalling = new SignallingServer(httpServer, {
    services,
    log,
    origins,
    headers: securityHeaders(origins) as SignallingOptions['headers'] & object,
    ...(limits && { limits }),
  });
  closer.add(() => signalling.close());

  const port = await listen(httpServer, config);
  const url = `http://${isIPv6(config.host) ? `[${config.host}]` : config.host}:${port}`;
  const drain = (deadlineMs: number) => drainDirectory(directory, clock, deadlineMs);
  return { url, port, directory, media, drain, close: () => closeAll(closer, httpServer) };
}

interface DirectoryParts {
  config: Config;
  log: Log;
  clock: Clock;
  media: MediaPlane;
  files: FileShelf;
  run: string;
}

/** With the Rooms that the last server on this data folder left. */
async function openDirectory(
  { config, log, clock, media, files, run }: DirectoryParts,
  closer: Closer,
): Promise<RoomDirectory> {
  const journal = createJournal(log);
  const store = new RoomBook(config.dataDir, (error) => journal.fault('rooms are not kept', error, {}));
  closer.add(() => store.close());
  const cluster = new LocalCluster(clock, (error) => journal.fault('a word of the bus was not taken', error, {}));
  const { placement, bus, close } = cluster.join(run as NodeId);
  closer.add(close);
  bus.subscribe('room:closed', ({ generation }) => files.forgetRoom(generation));
  const { roomCreation: creation, maxRooms } = config;
  const directory = new RoomDirectory({ clock, media, journal, placement, bus }, { creation, maxRooms, files, store });
  closer.add(() => directory.close());
  await directory.restore();
  files.keepOnly(directory.generations());
  return directory;
}

interface Observed {
  directory: RoomDirectory;
  media: MediaPlane;
  connections(): number;
}

/** Null where nobody set a token for it. */
function openAdmin({ config, secrets }: ServerOptions, clock: Clock, { directory, media, connections }: Observed) {
  const { adminToken: token } = secrets;
  if (token === undefined) return null;
  const report = new SelfReport({
    config,
    build: ownBuild(),
    clock,
    counts: () => directory.counts(),
    connections,
    media: () => media.status(),
    isDraining: () => directory.isDraining,
  });
  return {
    token,
    status: () => report.status(),
    noteRequest: (remote: string, hops: number) => report.noteRequest(remote, hops),
    close: () => report.close(),
  };
}

/** Where no socket can lie, as on some network disks, the server runs all the same, and says so. */
async function lockDataFolder(dataDir: string, log: Log): Promise<() => void> {
  try {
    return await lockFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof FolderTakenError || code === undefined || !UNLOCKABLE.includes(code)) throw error;
    log.warn({ code }, 'the data folder cannot be locked against a second server');
    return () => undefined;
  }
}

function drainDirectory(directory: RoomDirectory, clock: Clock, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(deadlineMs, resolve);
    directory.drain(deadlineMs, () => {
      cancel();
      resolve();
    });
  });
}

function listen(httpServer: HttpServer, { host, port }: Config): Promise<number> {
  httpServer.keepAliveTimeout = KEEP_ALIVE_MS;
  httpServer.headersTimeout = HEADERS_TIMEOUT_MS;
  httpServer.requestTimeout = REQUEST_TIMEOUT_MS;
  httpServer.timeout = IDLE_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    httpServer.once('error', reject);
    httpServer.listen(port, host, () => {
      httpServer.off('error', reject);
      resolve((httpServer.address() as AddressInfo).port);
    });
  });
}

/** A socket that does not answer the goodbye, or never reads it, does not keep the port longer than this. */
const LAST_WORDS_MS = 500;

function closeListener(httpServer: HttpServer, sockets: ReadonlySet<Socket>): void {
  httpServer.close();
  httpServer.closeAllConnections();
  setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, LAST_WORDS_MS).unref();
}

/**
 * Node forgets sockets that became WebSockets; this set does not.
 * @param maxPerAddress further ones of one address are cut at once; behind a proxy all have the same address
 */
function trackSockets(httpServer: HttpServer, maxPerAddress: number): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const addresses = new AddressBook({ maxOpen: maxPerAddress });
  httpServer.on('connection', (socket) => {
    const address = clientAddress(socket.remoteAddress ?? 'unknown', undefined, 0);
    if (!addresses.hasRoomFor(address)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const uncount = addresses.add(address);
    socket.once('close', () => {
      sockets.delete(socket);
      uncount();
    });
  });
  return sockets;
}

function closeAll(closer: Closer, httpServer: HttpServer): Promise<void> {
  const isClosed = new Promise<void>((resolve) => {
    if (httpServer.listening) httpServer.once('close', resolve);
    else resolve();
  });
  closer.close();
  return isClosed;
}
