// What a large file costs in memory: the most that the page's own process ever held, at the sender and at the receiver.
import type { Figure } from '../figures.ts';
import type { Device } from './device.ts';
import type { Relay } from './relay.ts';
import { transfer } from './transfer.ts';

const MIB = 1024 * 1024;

/** `against` is what the page held before the file moved. Throws where what arrived is not what was sent. */
export async function measureMemory(
  { sender, receiver, relay }: { sender: Device; receiver: Device; relay: Relay },
  browser: string,
  size: number,
): Promise<Figure[]> {
  await sender.take({ act: 'make', size });
  const before = { sender: sender.memory(), receiver: receiver.memory() };
  const seconds = await transfer(sender, receiver, relay, size);
  // Hashing reads the file anew, so the peaks are taken before it.
  const after = { sender: sender.memory(), receiver: receiver.memory() };
  const [sent, received] = [
    await sender.take({ act: 'hash', of: 'source' }),
    await receiver.take({ act: 'hash', of: 'received' }),
  ];
  if (sent.text !== received.text) throw new Error('what arrived is not what was sent');
  const figure = (name: string, value: number, against: number | null, unit: string): Figure => ({
    name: `${name}-${browser}`,
    value: Math.round(value),
    unit,
    against: against === null ? null : Math.round(against),
    target: null,
    met: null,
    pairs: 1,
    spread: 0,
  });
  return [
    figure('file-memory-peak-sender', after.sender.peak / MIB, before.sender.now / MIB, 'MiB'),
    figure('file-memory-peak-receiver', after.receiver.peak / MIB, before.receiver.now / MIB, 'MiB'),
    figure('file-memory-size', size / MIB, null, 'MiB'),
    figure('file-memory-rate', size / MIB / seconds, null, 'MiB/s'),
  ];
}
