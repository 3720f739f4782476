// What is shown of each stream: from the newest place, or from the one before while the newest has nothing to show yet.
import type { FrameFault } from '#e2ee';
import type { RemoteTrack } from '../media/Receiving.ts';
import type { WatchMedia, WatchTrack } from './watchTypes.ts';

/** How the Transport fares that all of it comes by. */
export interface WatchWay {
  /** The browser looks for its way through the network, or has found it. */
  sought: boolean;
  /** It has not come through for a while. */
  impaired: boolean;
}

export function watchMediaOf(remote: RemoteTrack, { sought, impaired }: WatchWay): WatchMedia {
  if (remote.producerPaused) return { state: 'off' };
  if (remote.readiness === 'broken') return { state: 'waiting', cause: 'setup' };
  const { frames, track } = remote;
  if (frames.state === 'failing' && isRefusal(frames.cause)) return { state: 'refused', cause: frames.cause };
  // What plays goes on as long as the browser has something to play; what never came waits for the network.
  if (frames.state === 'flowing' && track) return { state: 'playing', track, proof: frames.proof ?? 'unproven' };
  if (impaired) return { state: 'waiting', cause: 'network' };
  switch (frames.state) {
    case 'idle':
      return { state: 'waiting', cause: remote.readiness === 'ready' && sought ? 'firstFrame' : 'preparing' };
    case 'flowing':
      return { state: 'waiting', cause: 'firstFrame' };
    case 'waitingForKey':
      return { state: 'waiting', cause: 'key' };
    case 'failing':
      return { state: 'waiting', cause: 'failing' };
  }
}

function isRefusal(cause: FrameFault): cause is Extract<WatchMedia, { state: 'refused' }>['cause'] {
  return cause === 'unsigned' || cause === 'badSignature' || cause === 'stale';
}

/** One for each stream of each Peer: of several Consumers the newest. */
export function watchTracksOf(remotes: readonly RemoteTrack[], way: WatchWay): WatchTrack[] {
  const newest = new Map(remotes.map((remote) => [`${remote.peerId}/${remote.stream}`, remote]));
  return [...newest.values()].map((remote) => {
    const { peerId, stream } = remote;
    return { peerId, stream, media: watchMediaOf(remote, way) };
  });
}

/**
 * What was last seen stands in for what only waits, or is not announced yet; what is off, refused or broken at the newest place is
 * shown as that.
 * @param former tracks of the place before, as they were when it ended
 */
export function withFormer(tracks: readonly WatchTrack[], former: readonly WatchTrack[]): WatchTrack[] {
  const playing = new Map(
    former.flatMap((track) => (track.media.state === 'playing' ? [[keyOf(track), track] as const] : [])),
  );
  const merged = tracks.map((track) =>
    track.media.state === 'waiting' && track.media.cause !== 'setup' ? (playing.get(keyOf(track)) ?? track) : track,
  );
  const known = new Set(tracks.map(keyOf));
  return [...merged, ...[...playing.values()].filter((track) => !known.has(keyOf(track)))];
}

/** Whether anything of `former` is still shown. */
export function leansOn(shown: readonly WatchTrack[], former: readonly WatchTrack[]): boolean {
  return shown.some((track) => former.includes(track));
}

const keyOf = ({ peerId, stream }: WatchTrack): string => `${peerId}/${stream}`;
