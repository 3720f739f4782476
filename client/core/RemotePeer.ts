// One other member as shown: what is received of it, and in plain state why something is not.
import type { RemoteTrack } from './media/Receiving.ts';
import type { FrameFault, GroupMember } from '#e2ee';
import type { FailingWhy, HostingView, Participant, RemoteMedia } from './types.ts';

/** What is known of a member beside its tracks. */
export interface Presence {
  away: boolean;
  speaking: boolean;
  /** 0 … 1. */
  level: number;
}

/** What is received of a member, and what stands in its way. */
export interface Reception {
  tracks: RemoteTrack[];
  /** The receiving Transport has not come through for a while. */
  impaired: boolean;
  /** The member's pictures come in a codec that our device lacks. */
  unshown: boolean;
}

/** @param hosting the group's policy, which says who is host */
export function participantOf(
  member: GroupMember,
  presence: Presence,
  { host, cohosts }: Pick<HostingView, 'host' | 'cohosts'>,
  { tracks, impaired, unshown }: Reception,
): Participant {
  const media = (stream: RemoteTrack['stream']) => {
    // The newest: after a camera is switched off and on, the old Consumer may still linger.
    const newest = tracks.findLast((track) => track.stream === stream);
    const next = remoteMediaOf(newest, impaired);
    if (next.state !== 'waiting' || !newest?.replaces) return next;
    // Going over to another codec: what still plays is shown until the new one does.
    const former = remoteMediaOf(
      tracks.find((track) => track.consumerId === newest.replaces && track.stream === stream),
      impaired,
    );
    return former.state === 'playing' ? former : next;
  };
  return {
    peerId: member.peerId,
    displayName: member.displayName,
    away: presence.away,
    host: host === member.peerId,
    cohost: cohosts.includes(member.peerId),
    mic: media('mic'),
    camera: unshown && !tracks.some(({ stream }) => stream === 'camera') ? CANNOT_SHOW : media('camera'),
    screen: media('screen'),
    screenAudio: media('screenAudio'),
    speaking: presence.speaking,
    level: presence.level,
  };
}

const CANNOT_SHOW: RemoteMedia = { state: 'waiting', cause: 'codec' };

/** Never a silent black tile: only frames that were opened count as playing. */
export function remoteMediaOf(remote: RemoteTrack | undefined, impaired: boolean): RemoteMedia {
  if (!remote) return { state: 'off' };
  if (remote.producerPaused) {
    return { state: remote.stream === 'mic' || remote.stream === 'screenAudio' ? 'muted' : 'off' };
  }
  if (remote.readiness === 'broken') return { state: 'waiting', cause: 'failing', why: 'setup' };
  if (impaired) return { state: 'waiting', cause: 'network' };
  switch (remote.frames.state) {
    case 'idle':
      return { state: 'waiting', cause: 'firstFrame' };
    case 'waitingForKey':
      return { state: 'waiting', cause: 'key' };
    case 'failing':
      return { state: 'waiting', cause: 'failing', why: whyOf(remote.frames.cause) };
    case 'flowing':
      return remote.track ? { state: 'playing', track: remote.track } : { state: 'waiting', cause: 'firstFrame' };
  }
}

function whyOf(fault: FrameFault): FailingWhy {
  switch (fault) {
    case 'wrongLeaf':
    case 'wrongStream':
    case 'replayed':
    case 'unsigned':
    case 'badSignature':
    case 'stale':
      return 'foreign';
    case 'malformed':
    case 'wrongCodec':
    case 'tooLarge':
      return 'damaged';
    case 'authFailed':
    case 'noKey':
    case 'unknownEpoch':
    case 'counterSpent':
      return 'locked';
  }
}
