// What the server answers to a viewer who joins, parsed at the door.
import * as v from 'valibot';
import { Epoch, PeerId } from '#protocol/ids';
import { IceServer, RtpCapabilities, TransportOptions } from '#protocol/media';
import { parseReply } from '../signalling/answers.ts';

/** Bounded by the server, and opened by the worker only; here they are bytes. */
const Bytes = v.pipe(
  v.union([v.instance(Uint8Array), v.instance(ArrayBuffer)]),
  v.transform((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)),
);

const Watching = v.object({
  outcome: v.literal('watching'),
  peerId: PeerId,
  serverTimeMs: v.number(),
  routerRtpCapabilities: RtpCapabilities,
  transport: TransportOptions,
  iceServers: v.array(IceServer),
  stage: v.object({
    roster: v.nullable(Bytes),
    program: v.nullable(Bytes),
    keys: v.array(v.object({ groupId: Bytes, epoch: Epoch, wrapped: Bytes })),
  }),
  viewers: v.number(),
});
export type Watching = v.InferOutput<typeof Watching>;

/** Throws a SignallingError, `internal` for an answer that is none of a viewer's. */
export function parseWatchAnswer(reply: unknown): Watching {
  return parseReply(Watching, reply);
}
