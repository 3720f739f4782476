// The line of whoever watches on a phone, for page, signalling and media alike: late, narrow, lossy, silent or cut when it is told to.
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { Lane } from './Lane.ts';

/** All of 127/8 is this machine, and a secure context; what is sent here goes on to 127.0.0.1. */
export const PHONE_LINE_ADDRESS = '127.0.0.2';

/** What connections may have under way before anything is acknowledged: ten segments (RFC 6928). */
const INITIAL_WINDOW_BYTES = 10 * 1_460;

export interface LineState {
  /** One way, ms. */
  delayMs: number;
  /** Each way; null for as fast as it goes. */
  bitsPerSecond: number | null;
  /** Share of media packets that are lost on their way to the page, 0 … 1. */
  lossDown: number;
  /** Media that comes is held back for so long, and all that follows behind it: ms. */
  mediaHeldMs: number;
  /** Media goes around the line: what is seen to be late is what is late in signalling. */
  sparesMedia: boolean;
  /** There is no network: connections are gone, new ones come to nothing, packets are lost. */
  isCut: boolean;
}

export interface PhoneLine {
  /** Pages that are opened here have this line. */
  readonly origin: string;
  /** Whose media came this way so far keeps a good line: the speakers, who share the SFU's address with those who watch. */
  spareWhoIsThere(): void;
  /** As of now; what is under way arrives. */
  become(state: Partial<LineState>): void;
  close(): Promise<void>;
}

/** @param ports of the server and of the SFU on 127.0.0.1; the same are taken on PHONE_LINE_ADDRESS */
export async function openPhoneLine(ports: { port: number; mediaPort: number }): Promise<PhoneLine> {
  const state: LineState = {
    delayMs: 0,
    bitsPerSecond: null,
    lossDown: 0,
    mediaHeldMs: 0,
    sparesMedia: false,
    isCut: false,
  };
  const lanes = { up: new Lane(state), down: new Lane(state) };
  const media = await relayMedia(ports.mediaPort, state, lanes);
  const pages = await relayPages(ports.port, state, lanes);
  return {
    origin: `http://${PHONE_LINE_ADDRESS}:${ports.port}`,
    spareWhoIsThere: () => media.spareWhoIsThere(),
    become: (next) => {
      Object.assign(state, next);
      if (state.isCut) pages.drop();
    },
    async close() {
      for (const lane of [lanes.up, lanes.down]) lane.close();
      await Promise.all([media.close(), pages.close()]);
    },
  };
}

interface Lanes {
  up: Lane;
  down: Lane;
}

async function relayMedia(port: number, state: LineState, lanes: Lanes) {
  const outside = dgram.createSocket('udp4');
  /** One for each client's address, so that the SFU tells them apart. */
  const insides = new Map<string, { socket: dgram.Socket; isSpared: boolean }>();
  const insideFor = (client: dgram.RemoteInfo): { socket: dgram.Socket; isSpared: boolean } => {
    const key = `${client.address}:${client.port}`;
    const known = insides.get(key);
    if (known !== undefined) return known;
    const inside = { socket: dgram.createSocket('udp4'), isSpared: false };
    insides.set(key, inside);
    const deliver = (packet: Buffer): void => outside.send(packet, client.port, client.address);
    inside.socket.on('message', (packet) => {
      if (inside.isSpared || state.sparesMedia) deliver(packet);
      else if (!state.isCut && Math.random() >= state.lossDown) {
        lanes.down.carry(packet.length, () => deliver(packet), state.mediaHeldMs);
      }
    });
    inside.socket.on('error', () => undefined);
    return inside;
  };
  outside.on('message', (packet, client) => {
    const inside = insideFor(client);
    const deliver = (): void => inside.socket.send(packet, port, '127.0.0.1');
    if (inside.isSpared || state.sparesMedia) deliver();
    else if (!state.isCut) lanes.up.carry(packet.length, deliver);
  });
  outside.bind(port, PHONE_LINE_ADDRESS);
  await once(outside, 'listening');
  return {
    spareWhoIsThere() {
      for (const inside of insides.values()) inside.isSpared = true;
    },
    async close() {
      for (const { socket } of insides.values()) socket.close();
      await new Promise<void>((resolve) => outside.close(() => resolve()));
    },
  };
}

async function relayPages(port: number, state: LineState, lanes: Lanes) {
  const open = new Set<net.Socket>();
  const drop = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const server = net.createServer((outside) => {
    if (state.isCut) return void outside.destroy();
    const inside = net.connect(port, '127.0.0.1');
    for (const socket of [outside, inside]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    join(outside, inside, state, lanes.up);
    join(inside, outside, state, lanes.down);
    // The handshake is answered here at once; on the line it takes there and back.
    outside.pause();
    setTimeout(() => outside.resume(), 2 * state.delayMs);
  });
  server.listen(port, PHONE_LINE_ADDRESS);
  await once(server, 'listening');
  return {
    drop,
    async close() {
      drop();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What `from` says goes to `to`, no more at once than TCP has learnt that the line bears: twice as much with each way there and back. */
function join(from: net.Socket, to: net.Socket, state: LineState, lane: Lane): void {
  let window = INITIAL_WINDOW_BYTES;
  let underWay = 0;
  const waiting: Buffer[] = [];
  const send = (): void => {
    while (waiting.length > 0 && underWay < window) {
      const [next] = waiting.splice(0, 1);
      const part = next?.subarray(0, window - underWay);
      if (next === undefined || part === undefined) return;
      if (part.length < next.length) waiting.unshift(next.subarray(part.length));
      underWay += part.length;
      lane.carry(part.length, () => {
        to.write(part);
        setTimeout(() => {
          underWay -= part.length;
          window += part.length;
          send();
        }, state.delayMs);
      });
    }
  };
  from.on('data', (data: Buffer) => {
    waiting.push(data);
    send();
  });
  from.on('close', () => lane.carry(0, () => to.destroy()));
}
