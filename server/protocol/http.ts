// The HTTP side of the wire: making Rooms and trading admission proofs for access tokens.
import * as v from 'valibot';
import { LinkGeneration, LinkVerifiers, ModeHint } from './hosting.ts';
import { Key32, PeerId, Role, RoomId } from './ids.ts';
import { RtpCapabilities } from './media.ts';

export const CreateRoomBody = v.object({ roomId: RoomId, verifiers: LinkVerifiers });
export const CreateRoomAnswer = v.object({ roomId: RoomId, hostToken: v.string(), expiresAtMs: v.number() });
export type CreateRoomAnswer = v.InferOutput<typeof CreateRoomAnswer>;

const Token = v.pipe(v.string(), v.maxLength(4_096));
/** The last access token of who comes back: the next one names the same Peer. */
const former = v.optional(Token);
export const TokenBody = v.variant('kind', [
  v.object({ kind: v.picklist(['member', 'speaker', 'viewer']), proof: Key32, former }),
  /** `proof` is the ticket; `deviceKey` are 32 random bytes of the device's own, the same each time. */
  v.object({ kind: v.literal('feed'), proof: Key32, deviceKey: Key32 }),
  v.object({ kind: v.literal('host'), hostToken: Token, former }),
]);
export const TokenAnswer = v.object({
  token: v.string(),
  peerId: PeerId,
  role: Role,
  expiresAtMs: v.number(),
  serverTimeMs: v.number(),
  peersInRoom: v.number(),
  linkGeneration: LinkGeneration,
  mode: ModeHint,
  /** For a viewer, once somebody is in the Room: what a Device is made from, before there is a place. */
  routerRtpCapabilities: v.optional(RtpCapabilities),
});
export type TokenAnswer = v.InferOutput<typeof TokenAnswer>;

/** The document that other people's pages may show in a frame, where the operator lets them. */
export const EMBED_PATH = '/embed';
/** What that document asks before it trusts who frames it. */
export const EmbedAnswer = v.object({ origins: v.array(v.string()) });
export type EmbedAnswer = v.InferOutput<typeof EmbedAnswer>;

/** Proves that an upload is the caller's: 32 random bytes of the sender's, base64url. */
export const UPLOAD_KEY_HEADER = 'Conclave-Upload-Key';
/** What a Room's members may put on the server, in bytes of ciphertext. */
export const FileLimitsAnswer = v.object({ maxFileBytes: v.number(), roomBytesLeft: v.number(), ttlMs: v.number() });
export type FileLimitsAnswer = v.InferOutput<typeof FileLimitsAnswer>;
