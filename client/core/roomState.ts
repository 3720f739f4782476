// How what is known becomes what is shown: pure, from parts to RoomState.
import type { GroupMember, GroupView, SafetyCode } from '#e2ee';
import type { MachineKind } from './hall/machinePayload.ts';
import type { RemoteTrack } from './media/Receiving.ts';
import { participantOf, type Presence } from './RemotePeer.ts';
import type { SafetyView } from './security/Safety.ts';
import type {
  HostingView,
  JoinStep,
  LocalMedia,
  Notice,
  Participant,
  RoomState,
  RoomView,
  SecurityView,
  SelfView,
  TalkView,
} from './types.ts';

export type Stage =
  | { phase: 'idle' }
  | { phase: 'joining'; step: JoinStep; sinceMs: number; retryAtMs?: number }
  | { phase: 'in' }
  | Extract<RoomState, { phase: 'ended' }>;

export interface ViewParts {
  line: Pick<RoomView, 'connection' | 'retryAtMs' | 'cutOff'>;
  awaited: string[];
  group: GroupView;
  hosting: HostingView;
  safety: SafetyView;
  self: SelfView;
  others: GroupMember[];
  /** Null: a person. */
  machineOf(peerId: string): MachineKind | null;
  presenceOf(peerId: string): Presence;
  remoteTracks: RemoteTrack[];
  impaired: boolean;
  /** Peer ids of members whose pictures our device cannot show. */
  unshown: ReadonlySet<string>;
  activeSpeaker: string | null;
  talk: TalkView;
  notices: Notice[];
}

export function roomStateOf(stage: Stage, parts: () => ViewParts): RoomState {
  return stage.phase === 'in' ? { phase: 'in', ...roomViewOf(parts()) } : stage;
}

export function selfViewOf(
  who: Pick<SelfView, 'peerId' | 'displayName' | 'role' | 'sharing' | 'hall'>,
  { speaking, level }: Presence,
  slot: (name: 'mic' | 'camera' | 'screen') => LocalMedia,
): SelfView {
  return { ...who, mic: slot('mic'), camera: slot('camera'), screen: slot('screen'), speaking, level };
}

/** Participants and machines are the members of the tree and nobody else; a Consumer without a member is not shown. */
export function roomViewOf(parts: ViewParts): RoomView {
  const byPeer = Map.groupBy(parts.remoteTracks, ({ peerId }) => peerId);
  const shown = (member: GroupMember): Participant =>
    participantOf(member, parts.presenceOf(member.peerId), parts.hosting, {
      tracks: byPeer.get(member.peerId) ?? [],
      impaired: parts.impaired,
      unshown: parts.unshown.has(member.peerId),
    });
  // Who sends something is somebody to be seen, whatever they say of themselves.
  const kindOf = ({ peerId }: GroupMember): MachineKind | null => {
    const kind = parts.machineOf(peerId);
    return kind === 'feed' && byPeer.has(peerId) ? null : kind;
  };
  const byKind = Map.groupBy(parts.others, kindOf);
  const shownOf = (kind: MachineKind | null) => (byKind.get(kind) ?? []).map(shown);
  const [halls, feeds] = [shownOf('hall'), shownOf('feed')];
  const machines = new Set([...halls, ...feeds].map(({ peerId }) => peerId));
  return {
    ...parts.line,
    awaited: parts.awaited,
    security: securityOf(parts.group, parts.safety.splitSeen),
    ...parts.safety,
    hosting: parts.hosting,
    self: parts.self,
    participants: shownOf(null),
    halls,
    feeds,
    activeSpeaker: parts.activeSpeaker,
    ...parts.talk,
    // A hand is a person's.
    ...(machines.size > 0 && { hands: parts.talk.hands.filter(({ peerId }) => !machines.has(peerId)) }),
    notices: parts.notices,
  };
}

/** The lock: `sealed` only from inside an Epoch, never from what is hoped for, and not while a split is still to be heeded. */
export function securityOf(group: GroupView, splitSeen: boolean): SecurityView {
  switch (group.state) {
    case 'new':
    case 'waitWelcome':
    case 'removed':
    case 'closed':
      return { state: 'securing' };
    case 'resync':
      return { state: 'resyncing', cause: group.cause };
    case 'fenced':
      return { state: 'fenced', cause: group.cause };
    case 'in': {
      const { epoch, members } = group;
      const safetyCode: SafetyCode = group.safetyCode;
      return { state: splitSeen ? 'held' : 'sealed', epoch, safetyCode, members };
    }
  }
}
