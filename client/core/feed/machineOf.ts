// What a client is where it is no person's.
import type { MachineKind } from '#e2ee';
import type { RoomClientOptions } from '../types.ts';

export interface Machine {
  kind: MachineKind;
  /** 32 bytes, base64url. */
  ticket: string;
}

/** Null: a person. */
export function machineOf({ feed, hall }: Pick<RoomClientOptions, 'feed' | 'hall'>): Machine | null {
  if (feed === undefined && hall !== true) return null;
  return { kind: hall === true ? 'hall' : 'feed', ticket: feed?.ticket ?? '' };
}
