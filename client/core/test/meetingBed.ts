// A whole house in one process: the real server with real media Workers, and clients with real sockets and real keys.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { SOCKET_PATH } from '#protocol/version';
import { startServer } from '../../../server/app.ts';
import { loadConfig } from '../../../server/config/env.ts';
import { requireWorkerBin } from '../../../server/media/test/mediaTestBed.ts';
import { createLog } from '../../../server/observability/log.ts';
import { serve } from '../../e2ee/worker/serve.ts';
import { createRoom } from '../admission.ts';
import { createRoomClient } from '../RoomClient.ts';
import type { Platform, RoomClient, RoomClientOptions, RoomLink, RoomView, SocketLike } from '../types.ts';
import { FakePlatform } from './FakePlatform.ts';

export interface Attendee {
  client: RoomClient;
  /** Throws while not in the Room. */
  view(): RoomView;
  names(): string[];
  texts(): string[];
  /** Cuts the line as a lost network does: without a goodbye. */
  loseConnection(): void;
}

export interface MeetingBed {
  link: RoomLink;
  hostToken: string;
  /** Everything the server logged. */
  logged: string[];
  attend(displayName: string, options?: Partial<RoomClientOptions>): Promise<Attendee>;
  close(): Promise<void>;
}

export async function openMeetingBed(): Promise<MeetingBed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conclave-meeting-'));
  const settings = {
    PORT: '0',
    MEDIA_PORT: '0',
    WORKERS: '1',
    DATA_DIR: dataDir,
    MEDIASOUP_WORKER_BIN: requireWorkerBin(),
  };
  const { config, secrets } = loadConfig(settings, () => '{}');
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const server = await startServer({ config, secrets, log });
  const { link, hostToken } = await createRoom(createPlatform(server.url, []));
  const clients: RoomClient[] = [];
  return {
    link,
    hostToken,
    logged,
    async attend(displayName, options = {}) {
      const sockets: Socket[] = [];
      const client = createRoomClient({ platform: createPlatform(server.url, sockets), link, displayName, ...options });
      clients.push(client);
      await client.join();
      return attendeeOf(client, sockets);
    },
    async close() {
      for (const client of clients) client.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function attendeeOf(client: RoomClient, sockets: Socket[]): Attendee {
  const view = () => {
    const state = client.state.get();
    if (state.phase !== 'in') throw new Error(state.phase === 'ended' ? `ended: ${state.reason}` : state.phase);
    return state;
  };
  return {
    client,
    view,
    names: () => view().participants.map(({ displayName }) => displayName),
    texts: () => view().chat.map(({ displayName, text, state }) => `${displayName}: ${text} (${state})`),
    loseConnection: () => sockets.at(-1)?.io.engine.close(),
  };
}

function createPlatform(origin: string, sockets: Socket[]): Platform {
  return new FakePlatform({
    origin,
    fetch: async (path, { body }) => {
      const response = await fetch(origin + path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      return { status: response.status, body: await response.json() };
    },
    createSocket: (auth) => createSocket(origin, auth, sockets),
    createE2eeWorker: () => {
      const { port1, port2 } = new MessageChannel();
      const served = serve(port2);
      return {
        port: port1,
        terminate() {
          served.close();
          port1.close();
        },
      };
    },
  });
}

function createSocket(origin: string, auth: () => Promise<object>, sockets: Socket[]): SocketLike {
  const socket = io(origin, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    auth: (give) => void auth().then(give),
  });
  sockets.push(socket);
  return {
    get connected() {
      return socket.connected;
    },
    emit: (name, payload, ack) => void socket.emit(name, payload, ack),
    on: (name, listener) => void socket.on(name, listener),
    onAny: (listener) => void socket.onAny(listener),
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
  };
}
