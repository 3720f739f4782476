// A Router of a Room as a device on it sees it: the Room's own, or a branch on another Worker.
import type { ProducerId } from '#protocol/ids';
import type { Router } from 'mediasoup/types';
import type { ClientTransport } from './ClientTransport.ts';
import type { Published } from './published.ts';

export interface MediaPlace {
  readonly router: Router;
  /** Rejects with mediasoup's own errors; `isWorkerGone` tells whether to ask the next Router. */
  createTransport(): Promise<ClientTransport>;
  /**
   * Brings a Producer to this Router, unless it is there, and keeps it there until the same holder releases it.
   * @returns whether it is there now
   */
  carry(published: Published, holder: object): Promise<boolean>;
  /** A holder that does not hold it is passed over. */
  release(producerId: ProducerId, holder: object): void;
  /** One device fewer. */
  leave(): void;
}
