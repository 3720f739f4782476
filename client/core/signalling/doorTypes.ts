// What stands ready before anybody goes in, as whoever goes in takes it over.
import type { TokenAnswer } from '#protocol/http';
import type { Device } from 'mediasoup-client/types';
import type { Platform, SocketLike } from '../Platform.ts';

export type Authorize = () => Promise<{ version: number; token: string }>;
export type ReadyWorker = ReturnType<Platform['createE2eeWorker']>;

/** What the signalling begins with. */
export interface Taken {
  socket: SocketLike;
  /** An attempt to connect is under way, which may be waited for instead of another one; true at most once. */
  isConnecting(): boolean;
  /** Loaded with what the Room's Router can; null where it is not, or nobody is in. */
  device(): Device | null;
}

export interface ReadyDoorstep {
  /** The token that the next attempt may begin with; null where there is none. Given once. */
  takeAdmission(): TokenAnswer | null;
  /** Hands the socket over, with whatever is under way on it. @param authorize tells by which token it connects from now on */
  take(authorize: Authorize): Taken;
  /** The worker that was started ahead, once; null where there is none. */
  takeWorker(onError: () => void): ReadyWorker | null;
  /** What was not taken ends. */
  close(): void;
}
