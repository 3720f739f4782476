import { describe, expect, it } from 'vitest';
import { FakeEnd, FakeTrack, opus, until, vp8Delta } from '../test/fakeFrames.ts';
import { listenForTransforms } from './listenForTransforms.ts';

const OPTIONS = { side: 'send', trackId: 'mic', stream: 'mic', codec: 'opus' };

class TransformEvent extends Event {
  readonly transformer: object;

  constructor(transformer: object) {
    super('rtctransform');
    this.transformer = transformer;
  }
}

async function listening(): Promise<{ end: FakeEnd; scope: EventTarget; stop: () => void }> {
  const end = new FakeEnd(0);
  await end.enter(1);
  const scope = new EventTarget();
  return { end, scope, stop: listenForTransforms(scope, end.engine) };
}

describe('F-16 transforms come in', () => {
  it('F-16 attaches the transformer of an rtctransform event', async () => {
    const { end, scope } = await listening();
    const track = new FakeTrack();
    scope.dispatchEvent(new TransformEvent({ ...track, options: OPTIONS }));
    track.push(opus());
    await until(() => track.out.length === 1);
    expect(end.engine.counters()[0]).toMatchObject({ trackId: 'mic', sealed: 1 });
  });

  it("F-16 attaches the polyfill's message and keeps it from the worker's other listeners", async () => {
    const { scope } = await listening();
    const seen: unknown[] = [];
    scope.addEventListener('message', (event) => seen.push((event as MessageEvent).data));
    const track = new FakeTrack();
    const { readable, writable } = track;
    const message = { 'insertable-streams-polyfill': 1, readable, writable, options: OPTIONS };
    scope.dispatchEvent(new MessageEvent('message', { data: message }));
    scope.dispatchEvent(new MessageEvent('message', { data: { type: 'close' } }));
    scope.dispatchEvent(new MessageEvent('message', { data: null }));
    track.push(opus());
    await until(() => track.out.length === 1);
    expect(seen).toEqual([{ type: 'close' }, null]);
  });

  it('F-16 hands on what the platform can do about key frames, and bears its refusal', async () => {
    const { end, scope } = await listening();
    let asked = 0;
    const generateKeyFrame = () => {
      asked++;
      return Promise.reject(new Error('not on this platform'));
    };
    end.keyring.stopSending();
    const track = new FakeTrack();
    const options = { ...OPTIONS, trackId: 'cam', stream: 'camera', codec: 'vp8' };
    scope.dispatchEvent(new TransformEvent({ ...track, options, generateKeyFrame }));
    track.push(vp8Delta());
    await until(() => end.faults('cam').noKey === 1);
    await end.enter(2);
    track.push(vp8Delta());
    await until(() => track.out.length === 1 && asked > 0);
    expect([asked, end.states.at(-1)]).toEqual([1, { state: 'flowing' }]);
  });

  it("F-16 posts its wish where the polyfill's message brought a port for key frames", async () => {
    const { end, scope } = await listening();
    const wishes: unknown[] = [];
    end.keyring.stopSending();
    const track = new FakeTrack();
    const { readable, writable } = track;
    const options = { ...OPTIONS, trackId: 'cam', stream: 'camera', codec: 'vp8' };
    const keyFrames = { postMessage: (wish: unknown) => wishes.push(wish) };
    const data = { 'insertable-streams-polyfill': 1, readable, writable, options, keyFrames };
    scope.dispatchEvent(new MessageEvent('message', { data }));
    track.push(vp8Delta());
    await until(() => end.faults('cam').noKey === 1);
    await end.enter(2);
    track.push(vp8Delta());
    await until(() => wishes.length > 0);
    expect(wishes).toEqual([{ id: 0 }]);
  });

  it('F-16 posts its wish to the port in the options where the transformer makes no key frames itself, and else not', async () => {
    for (const itself of [false, true]) {
      const { end, scope } = await listening();
      const wishes: unknown[] = [];
      end.keyring.stopSending();
      const track = new FakeTrack();
      const keyFrames = { postMessage: (wish: unknown) => wishes.push(wish) };
      const options = { ...OPTIONS, trackId: 'cam', stream: 'camera', codec: 'vp8', keyFrames };
      let asked = 0;
      const own = itself ? { generateKeyFrame: async () => void (asked += 1) } : {};
      scope.dispatchEvent(new TransformEvent({ ...track, options, ...own }));
      track.push(vp8Delta());
      await until(() => end.faults('cam').noKey === 1);
      await end.enter(2);
      track.push(vp8Delta());
      await until(() => wishes.length + asked > 0);
      expect([wishes, asked]).toEqual(itself ? [[], 1] : [[{ id: 0 }], 0]);
    }
  });

  it.each([
    null,
    {},
    { ...OPTIONS, side: 'both' },
    { ...OPTIONS, trackId: '' },
    { ...OPTIONS, stream: 'whiteboard' },
    { ...OPTIONS, codec: 'h264' },
    { ...OPTIONS, stream: 'camera' },
    { ...OPTIONS, side: 'receive' },
  ])('F-16 attaches nothing for options that are not ours: %j', async (options) => {
    const { end, scope } = await listening();
    const errors: unknown[] = [];
    const raise = (error: unknown) => errors.push(error);
    process.once('uncaughtException', raise);
    const track = new FakeTrack();
    scope.dispatchEvent(new TransformEvent({ ...track, options }));
    await until(() => errors.length === 1);
    process.off('uncaughtException', raise);
    expect(errors[0]).toBeInstanceOf(TypeError);
    expect(end.engine.counters()).toEqual([]);
    expect(track.readable.locked).toBe(false);
  });

  it('F-16 hears nothing more once it was told to stop', async () => {
    const { end, scope, stop } = await listening();
    stop();
    scope.dispatchEvent(new TransformEvent({ ...new FakeTrack(), options: OPTIONS }));
    expect(end.engine.counters()).toEqual([]);
  });
});
