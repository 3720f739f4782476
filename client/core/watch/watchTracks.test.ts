// What a stream is said to do before its first frame.
import { describe, expect, it } from 'vitest';
import type { RemoteTrack } from '../media/Receiving.ts';
import { watchMediaOf } from './watchTracks.ts';

const remote = (readiness: RemoteTrack['readiness']): RemoteTrack => ({
  consumerId: 'c1',
  peerId: 'ana',
  stream: 'camera',
  replaces: null,
  producerPaused: false,
  readiness,
  track: null,
  frames: { state: 'idle' },
});

describe('watchMediaOf', () => {
  it.each([
    ['preparing', true, 'preparing'],
    ['ready', false, 'preparing'],
    ['ready', true, 'firstFrame'],
    ['broken', true, 'setup'],
  ] as const)(
    'W-28 of a stream that is %s, with the way through the network sought: %s, waits for %s',
    (readiness, sought, cause) => {
      expect(watchMediaOf(remote(readiness), { sought, impaired: false })).toEqual({ state: 'waiting', cause });
    },
  );
});
