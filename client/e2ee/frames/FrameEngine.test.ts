import { describe, expect, it, vi } from 'vitest';
import { copyOf, FakeEnd, FakeTrack, epochKeys, GROUP, MEMBERS, opus, quiet, until } from '../test/fakeFrames.ts';

async function pair(): Promise<{ ana: FakeEnd; ben: FakeEnd }> {
  const ana = new FakeEnd(0);
  const ben = new FakeEnd(1);
  await ana.enter(1);
  await ben.enter(1);
  return { ana, ben };
}

describe('F-15 tracks stand alone', () => {
  it('F-15 ends a track whose writable fails and no other', async () => {
    const { ana } = await pair();
    const broken = ana.send('mic', 'mic');
    const sound = ana.send('tab', 'screenAudio');
    broken.failWritable();
    broken.push(opus());
    sound.push(opus());
    await until(() => sound.out.length === 1 && broken.cancelled);
    sound.push(opus());
    await until(() => sound.out.length === 2);
    expect(broken.out).toEqual([]);
  });

  it('F-15 ends a track whose writable fails while no frame is on its way', async () => {
    const { ana } = await pair();
    const broken = ana.send('mic', 'mic');
    broken.failWritable();
    await until(() => broken.cancelled);
    expect(ana.engine.counters()).toEqual([{ trackId: 'mic', sealed: 0, opened: 0, faults: {} }]);
  });

  it('F-15 says nothing more of a track that was dropped while its frame was being sealed or opened', async () => {
    const { ana, ben } = await pair();
    const [sealed] = await ana.seal('mic', [opus()]);
    ana.states.length = 0;
    const sending = ana.send('tab', 'screenAudio');
    const receiving = ben.receive('ana-mic', 'mic', 'ana');
    // Both are asked of WebCrypto, and the tracks dropped, before it can answer.
    const encrypt = vi.spyOn(crypto.subtle, 'encrypt');
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
    const drop = (end: FakeEnd, trackId: string) => () => {
      end.engine.dropTrack(trackId);
      return Promise.resolve(new ArrayBuffer(32));
    };
    encrypt.mockImplementationOnce(drop(ana, 'tab'));
    decrypt.mockImplementationOnce(drop(ben, 'ana-mic'));
    sending.push(opus());
    receiving.push(copyOf(sealed));
    await until(() => encrypt.mock.calls.length === 1 && decrypt.mock.calls.length === 1);
    await quiet();
    vi.restoreAllMocks();
    expect([ana.states, ben.states, sending.out, receiving.out]).toEqual([[], [], [], []]);
  });

  it('F-15 ends a track whose readable fails and no other', async () => {
    const { ana } = await pair();
    const broken = ana.send('mic', 'mic');
    const sound = ana.send('tab', 'screenAudio');
    broken.failReadable();
    sound.push(opus());
    await until(() => sound.out.length === 1);
    expect(ana.engine.counters().map(({ trackId }) => trackId)).toEqual(['mic', 'tab']);
  });

  it('F-15 writes what was read before a stream ended in peace', async () => {
    const { ana } = await pair();
    const track = ana.send('mic', 'mic');
    track.push(opus(1), opus(2), opus(3));
    track.end();
    await until(() => track.out.length === 3);
    expect(ana.engine.counters()[0]).toMatchObject({ sealed: 3, faults: {} });
  });

  it('F-15 lets nothing more through a dropped track, and forgets its counters', async () => {
    const { ana } = await pair();
    const track = ana.send('mic', 'mic');
    track.push(opus());
    await until(() => track.out.length === 1);
    ana.engine.dropTrack('mic');
    await until(() => track.cancelled);
    expect(ana.engine.counters()).toEqual([]);
    ana.engine.dropTrack('mic');
  });

  it('F-15 ends the pipe that had an id before, where the id is attached again', async () => {
    const { ana } = await pair();
    const before = ana.send('mic', 'mic');
    const after = ana.send('mic', 'mic');
    await until(() => before.cancelled);
    after.push(opus());
    await until(() => after.out.length === 1);
    expect(before.out).toEqual([]);
  });

  it('F-15 closes every track, twice without harm, and attaches none afterwards', async () => {
    const { ana, ben } = await pair();
    const sent = ana.send('mic', 'mic');
    const sealed = await ana.seal('screenAudio', [opus()]);
    const held = ben.receive('ana-mic', 'mic', 'ana');
    held.push(...sealed);
    for (const end of [ana, ben]) {
      end.engine.close();
      end.engine.close();
      expect(end.engine.counters()).toEqual([]);
    }
    await until(() => sent.cancelled && held.cancelled);
    const late = new FakeTrack();
    ana.engine.attach(late.readable, late.writable, { side: 'send', trackId: 'late', stream: 'mic', codec: 'opus' });
    late.push(opus());
    await quiet();
    expect(late.out).toEqual([]);
    expect(ben.clock.pendingTimers).toBe(0);
  });
});

describe('F-12 keys are forgotten on time', () => {
  it('F-12 forgets a retired epoch by timer where no frame flows', async () => {
    const { ana } = await pair();
    await ana.enter(2);
    ana.keyring.retireOlderThan(GROUP, 2, 10_000);
    expect(ana.clock.pendingTimers).toBe(1);
    ana.clock.advance(10_000);
    await expect(ana.keyring.addEpoch(epochKeys(1, 0, MEMBERS))).rejects.toThrow(RangeError);
    expect(ana.clock.pendingTimers).toBe(0);
  });
});

describe('F-8 epochs that come while frames flow', () => {
  it('F-8 loses no frame over 20 epoch switches with keys 300 ms late', async () => {
    const { ana, ben } = await pair();
    const out = ben.receive('ana-mic', 'mic', 'ana');
    let sent = 0;
    for (let epoch = 2; epoch <= 21; epoch++) {
      await ana.enter(epoch);
      const sealed = await ana.seal(
        'mic',
        Array.from({ length: 15 }, () => opus(sent++)),
      );
      out.push(...sealed.map(copyOf));
      await quiet();
      ben.clock.advance(300);
      await ben.enter(epoch);
      ben.keyring.retireOlderThan(GROUP, epoch, 10_000);
      await until(() => out.out.length === sent);
    }
    expect(ben.faults('ana-mic')).toEqual({});
    expect(ben.states.at(-1)).toEqual({ state: 'flowing' });
  });
});
