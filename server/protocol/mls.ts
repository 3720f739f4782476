// The delivery service on the wire: MLS messages as opaque bytes that the server orders and never reads.
import * as v from 'valibot';
import { bytes, Epoch, PeerId } from './ids.ts';
import {
  MAX_COMMIT_BYTES,
  MAX_COMMIT_CHANGES,
  MAX_GROUP_MESSAGE_BYTES,
  MAX_HEARTBEAT_BYTES,
  MAX_KEY_PACKAGE_BYTES,
  MAX_WELCOME_BYTES,
} from './limits.ts';

/** Random id of one MLS group; fresh per meeting, nothing is kept across an empty Room. */
export const GroupId = v.pipe(
  bytes(32),
  v.check((value) => value.byteLength >= 16, 'too_short'),
);
/** MAC by which a joiner knows that a link holder made the group (K("beacon")). */
export const Beacon = bytes(64);

/** The Room's present group, as the server knows it. */
export const GroupRef = v.object({ groupId: GroupId, epoch: Epoch, beacon: Beacon });
export type GroupRef = v.InferOutput<typeof GroupRef>;

export const CreateGroup = v.object({ groupId: GroupId, beacon: Beacon });
export type GroupCreated = { outcome: 'created' } | { outcome: 'exists'; group: GroupRef };

export const SubmitKeyPackage = v.object({ groupId: GroupId, sealed: bytes(MAX_KEY_PACKAGE_BYTES) });
export type KeyPackageQueued = { outcome: 'queued' } | { outcome: 'wrongGroup'; group: GroupRef | null };

export const SubmitCommit = v.object({
  groupId: GroupId,
  /** The epoch in which the commit was made; accepted, it leads to epoch + 1. */
  epoch: Epoch,
  commit: bytes(MAX_COMMIT_BYTES),
  /** One Welcome for all who are added; absent when none is. */
  welcome: v.optional(bytes(MAX_WELCOME_BYTES)),
  added: v.pipe(v.array(PeerId), v.maxLength(MAX_COMMIT_CHANGES)),
  removed: v.pipe(v.array(PeerId), v.maxLength(MAX_COMMIT_CHANGES)),
});
export type SubmitCommit = v.InferOutput<typeof SubmitCommit>;
export type CommitAnswer = { outcome: 'accepted'; epoch: number } | { outcome: 'stale'; group: GroupRef | null };

export const ReportReady = v.object({ groupId: GroupId, epoch: Epoch });

export const SendGroupMessage = v.object({
  groupId: GroupId,
  epoch: Epoch,
  message: bytes(MAX_GROUP_MESSAGE_BYTES),
});

/** A sign of life, signed by its member; what it says of the group is the members' business. */
export const SendHeartbeat = v.object({ groupId: GroupId, epoch: Epoch, heartbeat: bytes(MAX_HEARTBEAT_BYTES) });

/** SHA-256 of a commit's bytes. */
export const CommitHash = v.pipe(
  bytes(32),
  v.check((value) => value.byteLength === 32, 'wrong_length'),
);

/** A commit that was accepted, made in `epoch`, and that this member does not follow. */
export const RefuseCommit = v.object({
  groupId: GroupId,
  epoch: Epoch,
  commitHash: CommitHash,
  /** One word for whoever debugs; nothing is decided by it. */
  reason: v.pipe(v.string(), v.regex(/^[A-Za-z]{1,32}$/)),
});

/** Everything that waits for a commit, whole each time; sent to the members of the group. */
export const CommitQueue = v.object({
  groupId: GroupId,
  epoch: Epoch,
  waiting: v.array(v.object({ peerId: PeerId, sealed: bytes(MAX_KEY_PACKAGE_BYTES) })),
  gone: v.array(v.object({ peerId: PeerId, goneForMs: v.number() })),
});
export type CommitQueue = v.InferOutput<typeof CommitQueue>;
