// One file from one device to another, by our path and by plain HTTP, in turns.
import type { Device } from './device.ts';
import type { Relay } from './relay.ts';

/** Seconds from the first byte read to the last one on the other disk. */
export async function transfer(sender: Device, receiver: Device, relay: Relay, size: number): Promise<number> {
  const order = await relay.order(size, 'sealed');
  const startedMs = Date.now();
  const [, received] = await Promise.all([
    sender.take({ act: 'send', order }),
    receiver.take({ act: 'receive', order }),
  ]);
  await relay.remove(order);
  return (received.atMs - startedMs) / 1_000;
}

async function plain(sender: Device, receiver: Device, relay: Relay, size: number): Promise<number> {
  const order = await relay.order(size, 'plain');
  const startedMs = Date.now();
  await sender.take({ act: 'plainSend', order });
  const received = await receiver.take({ act: 'plainReceive', order });
  await relay.remove(order);
  return (received.atMs - startedMs) / 1_000;
}

export interface Pairs {
  ours: number[];
  plain: number[];
}

/** In seconds. Throws where what arrived is not what was sent. */
export async function measurePairs(
  devices: { sender: Device; receiver: Device; relay: Relay },
  { size, pairs }: { size: number; pairs: number },
): Promise<Pairs> {
  const { sender, receiver, relay } = devices;
  const measured: Pairs = { ours: [], plain: [] };
  await sender.take({ act: 'make', size });
  for (let pair = 0; pair < pairs; pair += 1) {
    const turns = [
      async () => measured.ours.push(await transfer(sender, receiver, relay, size)),
      async () => measured.plain.push(await plain(sender, receiver, relay, size)),
    ];
    // Who goes first changes: what is warm then favours neither.
    for (const turn of pair % 2 === 0 ? turns : turns.toReversed()) await turn();
    if (pair === 0) await compare(sender, receiver);
    await receiver.take({ act: 'clean' });
  }
  return measured;
}

async function compare(sender: Device, receiver: Device): Promise<void> {
  const sent = await sender.take({ act: 'hash', of: 'source' });
  const received = await receiver.take({ act: 'hash', of: 'received' });
  if (sent.text !== received.text) throw new Error('what arrived is not what was sent');
}
