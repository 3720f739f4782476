// What one Session and its parts share: keys, clock, the way to the server and to the frames.
import type { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { GroupView, RoomMode, ServerReply, ServerRequest } from '../messages.ts';
import type { SetTimer } from '../util/NamedTimers.ts';
import type { TaskQueue } from '../util/TaskQueue.ts';
import type { NewIdentity } from './credential.ts';
import type { GroupEnv } from './group.ts';
import type { MachineKey } from './machinePass.ts';

/** The part of the frames' keyring that the group speaks to. */
export type FrameKeys = Pick<
  FrameKeyring,
  'addEpoch' | 'sendFrom' | 'retireOlderThan' | 'retireAll' | 'voidAfter' | 'stopSending' | 'clear'
>;

export interface SessionHost {
  /** Rejections count as `failed`. */
  request(request: ServerRequest): Promise<ServerReply>;
  onView(view: GroupView): void;
  /** The group went over to the link of this secret; whoever takes it keeps it. */
  onLink(secret: Uint8Array, linkGeneration: number): void;
  onSaid(said: { from: string; payload: Uint8Array; epoch: number; self: boolean }): void;
  /** Receive keys of an epoch are in the keyring: frames that wait for it may go on. */
  onEpochArrived(): void;
}

export interface SessionClock {
  /** Monotonic ms. */
  nowMs(): number;
  setTimer: SetTimer;
}

export interface SessionContext {
  /** Of the link's present generation: another one from the epoch on in which the group goes over to the next. */
  env: GroupEnv;
  roomId: string;
  peerId: string;
  displayName: string;
  keyring: FrameKeys;
  host: SessionHost;
  clock: SessionClock;
  serverNowMs(): number;
  /** On the host's own device. */
  hostKey?: CryptoKeyPair;
  /** What that device last chose in this Room: it holds in a group that has heard no host yet. */
  hostMode?: RoomMode;
  /** Whom it had named co-hosts in a group that has ended since, by Peer id. */
  hostCohosts?: readonly string[];
  /** On a machine of a production: its ticket's key. */
  machine?: MachineKey;
  queue: TaskQueue;
}

export function identityFor(context: SessionContext, groupId: Uint8Array): NewIdentity {
  const { peerId, displayName } = context;
  return { groupId, peerId, displayName, timeMs: Math.round(context.serverNowMs()) };
}

/**
 * Asks the server and hands the reply on as one more input of the queue, so that nothing waits in line behind a reply
 * and nothing happens beside what is in line.
 */
export function ask(
  { host, queue }: SessionContext,
  request: ServerRequest,
  handle: (reply: ServerReply) => Promise<void> | void,
): void {
  host
    .request(request)
    .catch((): ServerReply => ({ outcome: 'failed', code: 'internal' }))
    .then((reply) => queue.run(() => handle(reply)))
    .catch(() => {});
}

/** 1, 2, 5, 10, 10 … s: quick for a hiccup, gentle on a server that is down. `attempt` counts from 1. */
export function backOffMs(attempt: number): number {
  return [1_000, 2_000, 5_000, 10_000][Math.min(attempt, 4) - 1] ?? 10_000;
}
