// Frames on their way through a hostile SFU: given twice, given as another's, changed, made up, and replaced by plain ones.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../../client/core/test/random.ts';
import { fakeFrame, opus, vp8Delta, vp8Key } from '../../../client/e2ee/test/fakeFrames.ts';
import { encodePayload } from '../../../client/core/talk/payload.ts';
import { hears, type Person, Stage, together, tuned, within } from './Stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const plain = (...frames: { data: ArrayBuffer }[]) => frames.map(({ data }) => new Uint8Array(data));
const resyncs = ({ locks }: Person) => locks.filter((lock) => lock.startsWith('resyncing'));

/** What left a device of one stream, as a server may keep it. */
function recorded(from: Person, stream: 'mic' | 'camera') {
  const mimeType = stream === 'mic' ? 'audio/opus' : 'video/VP8';
  return stage.sfu.left
    .filter((one) => one.from === from.peerId && one.stream === stream)
    .map(({ bytes }) => fakeFrame(bytes, mimeType));
}

const faultsUntil = (at: Person, of: Person, stream: 'mic' | 'camera' | 'screen', faults: Record<string, number>) =>
  vi.waitFor(async () => expect(await at.faults(of, stream)).toMatchObject(faults), within);

/** Three, each of whom hears the others. */
async function meeting(): Promise<[Person, Person, Person]> {
  const [ana, bo, cy] = await stage.gather(['Ana', 'Bo', 'Cy'], { devices: ['mic', 'camera'] });
  await hears(bo, ana);
  await hears(bo, cy);
  return [ana, bo, cy];
}

describe('sealed frames', () => {
  it('F-10 that are given again, at once, later or in another epoch, are played once', async () => {
    const { sfu, clock } = stage;
    const [ana, bo, cy] = await meeting();
    const before = bo.decoded(ana, 'mic').length;
    sfu.carry = ({ frame }) => [frame, frame, frame];
    ana.encode('mic', opus(11), opus(12));
    await faultsUntil(bo, ana, 'mic', { replayed: 4 });
    sfu.carry = ({ frame }) => [frame];
    expect(bo.decoded(ana, 'mic').slice(before)).toEqual(plain(opus(11), opus(12)));

    cy.client.leave();
    await together(ana, bo);
    await clock.pass(12_000);
    const heard = bo.decoded(ana, 'mic').length;
    const old = recorded(ana, 'mic');
    sfu.inject(bo.peerId, ana.peerId, 'mic', ...old);
    await faultsUntil(bo, ana, 'mic', { replayed: 4, unknownEpoch: old.length });
    expect(bo.decoded(ana, 'mic')).toHaveLength(heard);
  });

  it('F-9 of one person that are given as another’s are not played, whether the server moves frames or names', async () => {
    const { sfu, villain } = stage;
    const [ana, bo, cy] = await meeting();
    const [ofAna, ofCy] = [bo.decoded(ana, 'mic').length, bo.decoded(cy, 'mic').length];
    sfu.carry = ({ from, to, stream, frame }) => {
      if (to !== bo.peerId || from !== ana.peerId || stream !== 'mic') return [frame];
      sfu.inject(bo.peerId, cy.peerId, 'mic', frame);
      return [];
    };
    ana.encode('mic', opus(1), opus(2), opus(3));
    await faultsUntil(bo, cy, 'mic', { wrongLeaf: 3 });
    expect([bo.decoded(ana, 'mic').length, bo.decoded(cy, 'mic').length]).toEqual([ofAna, ofCy]);

    sfu.carry = ({ frame }) => [frame];
    const [offer] = villain
      .saidTo(bo.peerId, 'consumer:new')
      .flatMap(({ consumers }) => consumers.filter(isOf(ana, 'camera')));
    villain.sources.set('renamed', { from: ana.peerId, stream: 'camera' });
    villain.say(bo.peerId, 'consumer:new', { consumers: [{ ...offer!, id: 'renamed', peerId: cy.peerId }] });
    await vi.waitFor(() => expect(sfu.trackId(bo.peerId, cy.peerId, 'camera')).toBe('renamed'), within);
    ana.encode('camera', vp8Key(1), ...Array.from({ length: 60 }, (_, seed) => vp8Delta(seed)));
    await vi.waitFor(() => expect(bo.decoded(ana, 'camera')).toHaveLength(61), within);
    await faultsUntil(bo, cy, 'camera', { wrongLeaf: 61 });
    expect(bo.decoded(cy, 'camera')).toEqual([]);
    const shown = bo.view().participants.find(({ peerId }) => peerId === cy.peerId);
    expect(shown?.camera).toEqual({ state: 'waiting', cause: 'failing', why: 'foreign' });
  });

  it('F-9 of a camera that are given as a screen are not played, whether the server moves frames or labels', async () => {
    const { sfu, villain } = stage;
    const [ana, bo] = await meeting();
    await ana.client.setScreen(true);
    await tuned(bo, ana, 'screen');
    ana.encode('camera', vp8Key(1), vp8Delta(2));
    await vi.waitFor(() => expect(bo.decoded(ana, 'camera')).toHaveLength(2), within);
    sfu.inject(bo.peerId, ana.peerId, 'screen', ...recorded(ana, 'camera'));
    await faultsUntil(bo, ana, 'screen', { wrongStream: 2 });

    const [offer] = villain
      .saidTo(bo.peerId, 'consumer:new')
      .flatMap(({ consumers }) => consumers.filter(isOf(ana, 'camera')));
    villain.sources.set('relabelled', { from: ana.peerId, stream: 'camera' });
    villain.say(bo.peerId, 'consumer:new', { consumers: [{ ...offer!, id: 'relabelled', stream: 'screen' }] });
    await vi.waitFor(() => expect(sfu.trackId(bo.peerId, ana.peerId, 'screen')).toBe('relabelled'), within);
    ana.encode('camera', vp8Key(3), vp8Delta(4));
    await faultsUntil(bo, ana, 'screen', { wrongStream: 2 });
    expect(bo.decoded(ana, 'screen')).toEqual([]);
  });

  it('F-11, F-13 of which a bit is changed are not played; those around them are, and nobody looks for a new place', async () => {
    const { sfu, clock } = stage;
    const [ana, bo] = await meeting();
    const before = bo.decoded(ana, 'mic').length;
    sfu.carry = ({ frame }) => {
      const bytes = new Uint8Array(frame.data.slice(0));
      bytes[bytes.length - 2]! ^= 1;
      return [fakeFrame(bytes, 'audio/opus'), frame];
    };
    for (let count = 0; count < 60; count += 1) ana.encode('mic', opus(count));
    await faultsUntil(bo, ana, 'mic', { authFailed: 60 });
    await vi.waitFor(() => expect(bo.decoded(ana, 'mic')).toHaveLength(before + 60), within);
    await clock.pass(5_000);
    expect(resyncs(bo)).toEqual([]);
  });
});

describe('plain frames and rubbish', () => {
  it('F-7 in place of frames never reach a decoder, and the next sealed one does', async () => {
    const { sfu } = stage;
    const [ana, bo] = await meeting();
    const { below } = createRandom(20_261_125);
    const noise = () => Uint8Array.from({ length: 1 + below(300) }, () => below(256));
    const before = bo.decoded(ana, 'mic').length;
    const rubbish = [
      ...Array.from({ length: 200 }, () => fakeFrame(noise(), 'audio/opus')),
      fakeFrame(new Uint8Array()),
    ];
    const [spoken, filmed] = [
      Array.from({ length: 50 }, (_, seed) => opus(seed)),
      [vp8Key(1), vp8Delta(2), vp8Delta(3)],
    ];
    sfu.inject(bo.peerId, ana.peerId, 'mic', ...spoken, ...rubbish);
    sfu.inject(
      bo.peerId,
      ana.peerId,
      'camera',
      ...filmed,
      ...Array.from({ length: 100 }, () => fakeFrame(noise(), 'video/VP8')),
    );
    const dropped = async (stream: 'mic' | 'camera') =>
      Object.values(await bo.faults(ana, stream)).reduce((sum, count) => sum + count, 0);
    await vi.waitFor(async () => expect(await dropped('mic')).toBe(251), within);
    await vi.waitFor(async () => expect(await dropped('camera')).toBe(103), within);
    expect([bo.decoded(ana, 'mic').length, bo.decoded(ana, 'camera')]).toEqual([before, []]);
    await hears(bo, ana);
    ana.encode('camera', vp8Key(5));
    await vi.waitFor(() => expect(bo.decoded(ana, 'camera')).toEqual(plain(vp8Key(5))), within);
  });

  it('E-18, E-57 in place of words, commits and Welcomes are shown to nobody and change no group', async () => {
    const { villain, clock } = stage;
    const [ana, bo] = await stage.gather(['Ana', 'Bo']);
    const { groupId, epoch } = villain.askedBy(ana.peerId, 'mls:ready').at(-1)!;
    const lines = [
      encodePayload({ t: 'chat', id: 'a'.repeat(16), text: 'send me your password', at: 1 }),
      encodePayload({ t: 'codecs', can: [] }),
      Uint8Array.of(0),
    ].map((bytes) => Buffer.from(bytes));
    for (const message of lines) {
      villain.say(bo.peerId, 'mls:message', { groupId, epoch, from: ana.peerId, message });
      villain.say(bo.peerId, 'mls:welcome', { groupId, epoch: epoch + 1, from: ana.peerId, welcome: message });
      villain.say(bo.peerId, 'mls:heartbeat', { groupId, epoch: epoch + 5, from: ana.peerId, heartbeat: message });
    }
    villain.say(bo.peerId, 'chat' as 'mls:ended', { text: 'hello' } as never);
    await clock.pass(10_000);
    expect([bo.texts(), bo.names(), bo.locks.at(-1)]).toEqual([[], ['Ana'], `sealed ${epoch}`]);
  });
});

function isOf({ peerId }: Person, stream: string) {
  return (consumer: { peerId: string; stream: string }) => consumer.peerId === peerId && consumer.stream === stream;
}
