// Where a hall's picture and sound come from: changed while they run, lost and found again, refused, and let go of.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTrack } from '../../core/test/FakeTrack.ts';
import { HallCapture, type HallChoice } from './HallCapture.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CHOICE: HallChoice = { picture: 'camera:', sound: 'line:', clean: false };
const refusal = (fault: string) => Object.assign(new Error(fault), { fault });

function scene() {
  const opened: string[] = [];
  const tracks: FakeTrack[] = [];
  const faults: { camera?: string; line?: string; screen?: string } = {};
  const now = { withSound: true };
  const made = (kind: 'audio' | 'video'): MediaStreamTrack => {
    const track = new FakeTrack(kind);
    tracks.push(track);
    return track.asTrack();
  };
  const open = async (kind: keyof typeof faults, what: string): Promise<void> => {
    opened.push(what);
    const fault = faults[kind];
    if (fault !== undefined) throw refusal(fault);
  };
  const capture = new HallCapture({
    camera: async (id) => {
      await open('camera', `camera ${id ?? ''}`.trim());
      return made('video');
    },
    line: async ({ deviceId, clean }) => {
      await open('line', `line ${deviceId ?? ''}${clean ? ' clean' : ''}`.trim());
      return made('audio');
    },
    screen: async () => {
      await open('screen', 'screen');
      const video = made('video');
      return now.withSound ? { video, audio: made('audio') } : { video };
    },
  });
  const states = () =>
    [capture.picture.value, capture.sound.value].map((one) => ('fault' in one ? one.fault : one.state));
  const live = () => tracks.filter(({ readyState }) => readyState === 'live').map(({ kind }) => kind);
  return { capture, opened, tracks, faults, now, states, live };
}

describe('what a hall sends', () => {
  it('O-31 is opened picture first, and nothing runs once it was stopped', async () => {
    const { capture, opened, states, live } = scene();
    await capture.start(CHOICE);
    expect([opened, states()]).toEqual([
      ['camera', 'line'],
      ['on', 'on'],
    ]);
    capture.stop();
    expect([states(), live()]).toEqual([['off', 'off'], []]);
    await capture.change({ ...CHOICE, clean: true });
    expect(opened).toHaveLength(2);
  });

  it('O-31 goes on until the other is there, and only what was changed is opened anew', async () => {
    const { capture, opened, tracks, live } = scene();
    await capture.start(CHOICE);
    const changing = capture.change({ ...CHOICE, sound: 'line:desk', clean: true });
    expect(live()).toEqual(['video', 'audio']);
    await changing;
    expect(opened.slice(2)).toEqual(['line desk clean']);
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['live', 'ended', 'live']);
  });

  it('O-31 that is opened late, when another was chosen, or nothing is to be sent any more, is stopped', async () => {
    const { capture, states, live } = scene();
    const first = capture.start(CHOICE);
    const second = capture.change({ ...CHOICE, picture: 'none' });
    await Promise.all([first, second]);
    expect([states(), live()]).toEqual([['off', 'on'], ['audio']]);
    const third = capture.change({ ...CHOICE, picture: 'camera:other' });
    capture.stop();
    await third;
    expect([states(), live()]).toEqual([['off', 'off'], []]);
  });

  it('O-31 takes the sound of what is shown from where the picture is', async () => {
    const { capture, opened, states, live, now } = scene();
    await capture.start({ ...CHOICE, picture: 'screen', sound: 'screen' });
    expect([opened, states()]).toEqual([['screen'], ['on', 'on']]);
    now.withSound = false;
    await capture.again('picture');
    expect([states(), live()]).toEqual([['on', 'noSound'], ['video']]);
    await capture.change({ ...CHOICE, picture: 'screen' });
    expect(states()).toEqual(['on', 'on']);
  });

  it('O-32 is tried again where it went away or is busy, by itself and when something is plugged in', async () => {
    const { capture, opened, tracks, faults, states } = scene();
    await capture.start(CHOICE);
    faults.line = 'notFound';
    tracks[1]?.end();
    expect(states()).toEqual(['on', 'lost']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect([opened.length, states()]).toEqual([3, ['on', 'notFound']]);
    delete faults.line;
    capture.devicesChanged();
    await vi.advanceTimersByTimeAsync(0);
    expect([opened.length, states()]).toEqual([4, ['on', 'on']]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(opened).toHaveLength(4);
  });

  it('O-32 is not tried again where the person refused, or a window was closed', async () => {
    const { capture, opened, tracks, faults, states } = scene();
    faults.line = 'denied';
    await capture.start({ ...CHOICE, picture: 'screen' });
    tracks[0]?.end();
    await vi.advanceTimersByTimeAsync(10_000);
    capture.devicesChanged();
    expect([opened.length, states()]).toEqual([2, ['ended', 'denied']]);
    delete faults.line;
    await capture.again('picture');
    await capture.again('sound');
    expect(states()).toEqual(['on', 'on']);
  });
});
