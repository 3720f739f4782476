// The HTTP side of the wire: making Rooms and trading admission proofs for access tokens.
import * as v from 'valibot';
import { Key32, PeerId, Role, RoomId } from './ids.ts';

/** SHA-256 of each kind of link's admission proof; the server learns no secret (E2EE: links and secrets). */
export const CreateRoomBody = v.object({
  roomId: RoomId,
  verifiers: v.object({ member: Key32, speaker: v.optional(Key32), viewer: v.optional(Key32) }),
});
export const CreateRoomAnswer = v.object({ roomId: RoomId, hostToken: v.string(), expiresAtMs: v.number() });
export type CreateRoomAnswer = v.InferOutput<typeof CreateRoomAnswer>;

export const TokenBody = v.variant('kind', [
  v.object({ kind: v.picklist(['member', 'speaker', 'viewer']), proof: Key32 }),
  v.object({ kind: v.literal('host'), hostToken: v.pipe(v.string(), v.maxLength(4_096)) }),
]);
export const TokenAnswer = v.object({
  token: v.string(),
  peerId: PeerId,
  role: Role,
  expiresAtMs: v.number(),
  serverTimeMs: v.number(),
  peersInRoom: v.number(),
});
export type TokenAnswer = v.InferOutput<typeof TokenAnswer>;
