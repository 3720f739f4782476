// What the page and the recorder's worker say to each other.

/** `id` comes back in the answer. */
export type DiskOrder = { id: number } & (
  | { do: 'open'; folder: string; name: string }
  | { do: 'write'; data: Uint8Array; position: number }
  | { do: 'beat'; everyMs: number }
  | { do: 'close' }
);

/** `noDisk`: this browser gives the page no place on the disk, or took it away. */
export type DiskFault = 'diskFull' | 'noDisk';

export type DiskReport =
  | { told: 'beat' }
  | { told: 'done'; id: number }
  | { told: 'failed'; id: number; fault: DiskFault };
