// What a hall sends: which streams, whose the tracks are, and that nothing of it goes out of any other device.
import { describe, expect, it } from 'vitest';
import { FakeTrack } from '../test/FakeTrack.ts';
import { HallTracks } from './HallTracks.ts';

const create = (isHall = true) => {
  let changes = 0;
  const tracks = new HallTracks(isHall, () => (changes += 1));
  const sent = () => tracks.wanted().map(({ stream }) => stream);
  return { tracks, sent, changes: () => changes };
};

describe('what a hall sends', () => {
  it('E-202 is a picture, and a sound that is nobody’s voice', () => {
    const { tracks, sent } = create();
    tracks.setSound(new FakeTrack('audio').asTrack());
    expect(sent()).toEqual(['screenAudio']);
    tracks.setPicture(new FakeTrack('video').asTrack());
    expect(sent()).toEqual(['camera', 'screenAudio']);
    const view = tracks.view((stream) => stream === 'camera');
    expect([view.hall?.picture, view.hall?.sound]).toMatchObject([
      { state: 'on', sealed: true },
      { state: 'on', sealed: false },
    ]);
  });

  it('E-202 is replaced without a gap, and stopped once it is not sent any more', () => {
    const { tracks, sent, changes } = create();
    const [first, second] = [new FakeTrack('audio'), new FakeTrack('audio')];
    tracks.setSound(first.asTrack());
    tracks.setSound(second.asTrack());
    expect([first.readyState, second.readyState, sent(), changes()]).toEqual(['ended', 'live', ['screenAudio'], 2]);
    second.end();
    expect([sent(), changes()]).toEqual([[], 3]);
    const last = new FakeTrack('audio');
    tracks.setSound(last.asTrack());
    tracks.close();
    tracks.close();
    expect([last.readyState, sent(), changes()]).toEqual(['ended', [], 4]);
    const late = new FakeTrack('video');
    tracks.setPicture(late.asTrack());
    expect([late.readyState, sent()]).toEqual(['ended', []]);
  });

  it('E-202 that cannot be sent is stopped and told', () => {
    const { tracks } = create();
    const track = new FakeTrack('audio');
    tracks.setSound(track.asTrack());
    tracks.fail('mic');
    expect(track.readyState).toBe('live');
    tracks.fail('screenAudio');
    expect([track.readyState, tracks.view(() => true).hall?.sound.state]).toEqual(['ended', 'failed']);
  });

  it('E-202 is nothing on any other device', () => {
    const { tracks, sent } = create(false);
    const track = new FakeTrack('audio');
    tracks.setSound(track.asTrack());
    expect([track.readyState, sent(), tracks.view(() => true)]).toEqual(['ended', [], {}]);
  });
});
