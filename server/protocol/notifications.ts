// Everything the server says unasked. Each is emitted as (name, payload, sequence); sequence counts per Peer from 1.
import * as v from 'valibot';
import { HintMode } from './hosting.ts';
import { bytes, ConsumerId, Epoch, PeerId, ProducerId, Role } from './ids.ts';
import { MAX_COMMIT_BYTES, MAX_GROUP_MESSAGE_BYTES, MAX_HEARTBEAT_BYTES, MAX_WELCOME_BYTES } from './limits.ts';
import { ConsumerOptions, RtpCapabilities, TransportPair } from './media.ts';
import { CommitHash, CommitQueue, GroupId } from './mls.ts';
import { STAGE_NOTIFICATIONS } from './stage.ts';

export const PeerInfo = v.object({ peerId: PeerId, role: Role });
export type PeerInfo = v.InferOutput<typeof PeerInfo>;

export const NOTIFICATIONS = {
  'peer:joined': v.object({ peer: PeerInfo }),
  /** `away`: the Connection is lost and may come back within the grace; `back`: it did. */
  'peer:away': v.object({ peerId: PeerId }),
  'peer:back': v.object({ peerId: PeerId }),
  'peer:left': v.object({ peerId: PeerId }),
  /** Made co-host, or no longer; who is co-host to the members stands in the group and not here. */
  'peer:role': v.object({ peerId: PeerId, role: Role }),

  'consumer:new': v.object({ consumers: v.array(ConsumerOptions) }),
  'consumer:closed': v.object({ consumerIds: v.array(ConsumerId) }),
  /** The Producer behind it was paused or resumed by its Peer (muted mic, camera off). */
  'consumer:paused': v.object({ consumerId: ConsumerId }),
  'consumer:resumed': v.object({ consumerId: ConsumerId }),
  /** The server ended one's own Producer (its Transport died, or its limit). */
  'producer:closed': v.object({ producerId: ProducerId }),
  /** Loudest first, in dBov (−127 … 0), at most once in 250 ms; empty when all are silent. */
  'audio:levels': v.object({ levels: v.array(v.object({ peerId: PeerId, level: v.number() })) }),
  /** Whose microphones are forwarded where more are on than `HEARD_MICROPHONES`; null where all are. Nobody's state. */
  'audio:heard': v.object({ peerIds: v.nullable(v.array(PeerId)) }),
  'audio:activeSpeaker': v.object({ peerId: v.nullable(PeerId) }),
  /** The Worker behind the Room died: all Transports, Producers and Consumers are gone; make them anew. Keys stay. */
  'media:reset': v.object({ routerRtpCapabilities: RtpCapabilities, transports: TransportPair }),

  'mls:queue': CommitQueue,
  'mls:commit': v.object({ groupId: GroupId, epoch: Epoch, from: PeerId, commit: bytes(MAX_COMMIT_BYTES) }),
  /** `epoch` is the one that the Welcome leads into. */
  'mls:welcome': v.object({ groupId: GroupId, epoch: Epoch, from: PeerId, welcome: bytes(MAX_WELCOME_BYTES) }),
  /** Every connected member has reported `mls:ready` for this epoch. */
  'mls:allReady': v.object({ groupId: GroupId, epoch: Epoch }),
  'mls:message': v.object({ groupId: GroupId, epoch: Epoch, from: PeerId, message: bytes(MAX_GROUP_MESSAGE_BYTES) }),
  'mls:heartbeat': v.object({ groupId: GroupId, epoch: Epoch, from: PeerId, heartbeat: bytes(MAX_HEARTBEAT_BYTES) }),
  /** Half of the others refused a commit that this Peer made in `epoch`: it commits no more until it is added anew. */
  'mls:barred': v.object({ groupId: GroupId, epoch: Epoch }),
  /** The group stands in `epoch` again: the commit made in it was refused, and what came after it is void. */
  'mls:reopened': v.object({ groupId: GroupId, epoch: Epoch, commitHash: CommitHash }),
  /** No member of the group is left; whoever waits makes a new one. */
  'mls:ended': v.object({ groupId: GroupId }),

  ...STAGE_NOTIFICATIONS,

  /** `removed`: a host sent this Peer off · `linkChanged`: it waited with a link that was replaced. */
  'room:closed': v.object({ reason: v.picklist(['ended', 'expired', 'removed', 'linkChanged']) }),
  /** For words outside the group only. */
  'room:hint': HintMode,
  /** The server is going down at `deadlineMs` from now. */
  'server:draining': v.object({ deadlineMs: v.number() }),
  /** Another Connection took this Peer over (the same resume token was used again). */
  'connection:replaced': v.object({}),
} as const;

export type NotificationName = keyof typeof NOTIFICATIONS;
export type Notification<Name extends NotificationName> = v.InferOutput<(typeof NOTIFICATIONS)[Name]>;
export type NotificationInput<Name extends NotificationName> = v.InferInput<(typeof NOTIFICATIONS)[Name]>;
/** A notification with its number, as it is kept for and replayed on a resume. */
export interface Numbered<Name extends NotificationName = NotificationName> {
  name: Name;
  payload: NotificationInput<Name>;
  sequence: number;
}
