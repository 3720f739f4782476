// Branded identifiers and the small scalar schemas that every message is made of.
import * as v from 'valibot';

const base64url = (chars: number) => v.pipe(v.string(), v.length(chars), v.regex(/^[A-Za-z0-9_-]+$/));

/** 128 random bits in base64url, chosen by the creator's browser. */
export const RoomId = v.pipe(base64url(22), v.brand('RoomId'));
export type RoomId = v.InferOutput<typeof RoomId>;

/** 96 random bits in base64url, chosen by the server for each admission. */
export const PeerId = v.pipe(base64url(16), v.brand('PeerId'));
export type PeerId = v.InferOutput<typeof PeerId>;

/** 128 random bits in base64url, chosen by the server for each file. */
export const FileId = v.pipe(base64url(22), v.brand('FileId'));
export type FileId = v.InferOutput<typeof FileId>;

/** 96 random bits in base64url, chosen by the server for each feed ticket. */
export const FeedId = v.pipe(base64url(16), v.brand('FeedId'));
export type FeedId = v.InferOutput<typeof FeedId>;

const uuidLike = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
export const TransportId = v.pipe(uuidLike, v.brand('TransportId'));
export type TransportId = v.InferOutput<typeof TransportId>;
export const ProducerId = v.pipe(uuidLike, v.brand('ProducerId'));
export type ProducerId = v.InferOutput<typeof ProducerId>;
export const ConsumerId = v.pipe(uuidLike, v.brand('ConsumerId'));
export type ConsumerId = v.InferOutput<typeof ConsumerId>;

/** 32 bytes in base64url: proofs, verifiers, hashes of keys. */
export const Key32 = base64url(43);

/** Proves that a returning Connection is the one that lost the Peer; 32 random bytes, base64url. */
export const ResumeToken = v.pipe(base64url(43), v.brand('ResumeToken'));
export type ResumeToken = v.InferOutput<typeof ResumeToken>;

/** An MLS epoch number; 2^53 is out of any Room's reach. */
export const Epoch = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Number of a notification within one Peer's stream, from 1. */
export const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const Role = v.picklist(['host', 'cohost', 'producer', 'speaker', 'member', 'viewer', 'feed', 'return']);
export type Role = v.InferOutput<typeof Role>;

/** What a Producer carries; the order is the SFrame stream number (0 mic … 3 screen audio). */
export const STREAMS = ['mic', 'camera', 'screen', 'screenAudio'] as const;
export const Stream = v.picklist(STREAMS);
export type Stream = v.InferOutput<typeof Stream>;

/** Opaque bytes of 1 to `max`; browsers deliver ArrayBuffers, Node Buffers, both leave as Uint8Array. */
export const bytes = (max: number) =>
  v.pipe(
    v.union([v.instance(Uint8Array), v.instance(ArrayBuffer)]),
    v.transform((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)),
    v.check((value) => value.byteLength > 0, 'empty'),
    v.check((value) => value.byteLength <= max, `too_large: ${max} bytes`),
  );
