// Which pictures a tile holds: the one that is seen, and the next one until it runs well enough to take its place.
import { useEffect, useState } from 'preact/hooks';

export interface Pictures {
  /** What is seen comes first. */
  tracks: MediaStreamTrack[];
  /** Whether there is anything to be seen. */
  painted: boolean;
  /** The first frame of a track is there. */
  onPainted: (track: MediaStreamTrack) => void;
  /** A track has shown so many frames that it runs. */
  onRunning: (track: MediaStreamTrack) => void;
}

/**
 * A track that is opened may still wait for its first frame, and its next ones come slowly while encoders start: until it runs,
 * the tile goes on with the picture before it, for as long as there is one.
 */
export const usePictures = (track: MediaStreamTrack | null): Pictures => {
  const [painted, setPainted] = useState<MediaStreamTrack | null>(null);
  const [shown, setShown] = useState<MediaStreamTrack | null>(null);
  const former = track !== null && shown !== track && shown?.readyState === 'live' ? shown : null;
  useEffect(() => {
    // Nothing to wait for: the first frame is as good as any.
    if (track === null || (former === null && painted === track)) setShown(track);
  }, [track, former, painted]);
  return {
    tracks: [former, track].filter((one) => one !== null),
    painted: track !== null && (former !== null || painted === track),
    onPainted: setPainted,
    onRunning: setShown,
  };
};
