// A way to the SFU that loses packets when it is told to: a relay on another loopback address, which the server announces as its own.
import dgram from 'node:dgram';

/** All of 127/8 is this machine; what is sent here goes on to 127.0.0.1. */
export const LOSSY_ADDRESS = '127.0.0.2';

/** Shares of packets that are lost, 0 … 1, as the clients see it. */
export interface Loss {
  up: number;
  down: number;
}

export interface LossyPath {
  /** As of now; packets that are under way already arrive. */
  lose(loss: Loss): void;
  close(): Promise<void>;
}

/** @param port of the SFU on 127.0.0.1; the same is taken on `LOSSY_ADDRESS` */
export async function openLossyPath(port: number): Promise<LossyPath> {
  const loss: Loss = { up: 0, down: 0 };
  const outside = dgram.createSocket('udp4');
  /** One for each client's address, so that the SFU tells them apart. */
  const insides = new Map<string, dgram.Socket>();
  const insideFor = (client: dgram.RemoteInfo): dgram.Socket => {
    const key = `${client.address}:${client.port}`;
    const known = insides.get(key);
    if (known !== undefined) return known;
    const inside = dgram.createSocket('udp4');
    inside.on('message', (packet) => {
      if (Math.random() >= loss.down) outside.send(packet, client.port, client.address);
    });
    inside.on('error', () => undefined);
    insides.set(key, inside);
    return inside;
  };
  outside.on('message', (packet, client) => {
    if (Math.random() >= loss.up) insideFor(client).send(packet, port, '127.0.0.1');
  });
  await new Promise<void>((resolve, reject) => {
    outside.once('error', reject);
    outside.bind(port, LOSSY_ADDRESS, resolve);
  });
  return {
    lose: (next) => void Object.assign(loss, next),
    async close() {
      for (const inside of insides.values()) inside.close();
      await new Promise<void>((resolve) => outside.close(() => resolve()));
    },
  };
}
