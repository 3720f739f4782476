// While something is recorded: how much of it there is by now, and a warning before the disk is full.
import type { Signal } from '@preact/signals';
import { freeBytes, LOW_BYTES } from './Recorder.ts';

const LOOK_EVERY_MS = 1_000;
const ASK_DISK_EVERY = 10;

interface Running {
  state: 'on';
  sinceMs: number;
  bytes: number;
  isDiskLow: boolean;
}

/** What a model shows of its recording; whatever it calls the states in which nothing runs. */
export type Takes<Other extends { state: string }> = Running | Other;

export interface TakeWatch<Other extends { state: string }> {
  own: Signal<Takes<Other>>;
  bytes(): number;
  onLook?(bytes: number): void;
  onDiskLow(): void;
}

const isRunning = (one: { state: string }): one is Running => one.state === 'on';

/** Looks for as long as it is on, until it is ended. */
export function watchTake<Other extends { state: string }>(watch: TakeWatch<Other>): () => void {
  const { own } = watch;
  const askDisk = async (): Promise<void> => {
    const isDiskLow = (await freeBytes()) < LOW_BYTES;
    const now = own.value;
    if (!isRunning(now) || now.isDiskLow === isDiskLow) return;
    own.value = { ...now, isDiskLow };
    if (isDiskLow) watch.onDiskLow();
  };
  let looks = 0;
  const timer = setInterval(() => {
    const now = own.value;
    if (!isRunning(now)) return;
    const bytes = watch.bytes();
    own.value = { ...now, bytes };
    watch.onLook?.(bytes);
    looks += 1;
    if (looks % ASK_DISK_EVERY === 0) void askDisk();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
