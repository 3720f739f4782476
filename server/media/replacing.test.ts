// A Producer that takes another's place: of pictures both go on for a while, so that nobody sees a gap.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLACED_PRODUCER_MS } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { eventually, openTestPlane, TestRoom, type TestPeer } from './test/mediaTestBed.ts';
import { vp8Parameters, vp9Parameters } from './test/rtpSamples.ts';

const clock = new FakeClock();
let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1, clock);
});
afterAll(() => plane?.close());

const closed = (peer: TestPeer) => peer.heard('consumer:closed').flatMap(({ consumerIds }) => consumerIds);
/** Long enough for the Worker to have said whatever it would say. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

async function scene() {
  const room = await new TestRoom(plane).open();
  const [sender, receiver] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
  const first = await sender.produce('camera');
  const shown = await receiver.consumerOf('camera');
  return { room, sender, receiver, first, shown };
}

const replace = async ({ sender, receiver }: Awaited<ReturnType<typeof scene>>) => {
  const known = receiver.consumers().length;
  const producerId = await sender.produce('camera', { rtpParameters: vp9Parameters('L3T3_KEY') });
  await eventually('the next Consumer', () => receiver.consumers().length === known + 1);
  return { producerId, consumer: receiver.consumers()[known] };
};

describe('P-62 a picture that is sent anew', () => {
  it('P-62 is announced as taking the place of the one before, which goes on until its owner closes it', async () => {
    const one = await scene();
    const { producerId, consumer } = await replace(one);
    expect(consumer).toMatchObject({ producerId, stream: 'camera', replaces: one.shown.id });
    await settled();
    expect(closed(one.receiver)).toEqual([]);
    expect(one.room.serverConsumer(one.shown).closed).toBe(false);
    one.sender.media.closeProducer(one.first);
    await eventually('the end of the first', () => closed(one.receiver).length > 0);
    expect(closed(one.receiver)).toEqual([one.shown.id]);
    one.room.media.close();
  });

  it('P-62 ends the one before by itself after a while, and leaves no timer behind', async () => {
    const one = await scene();
    const timers = clock.pending;
    await replace(one);
    clock.advance(REPLACED_PRODUCER_MS - 1);
    await settled();
    expect(closed(one.receiver)).toEqual([]);
    clock.advance(1);
    await eventually('the end of the first', () => closed(one.receiver).length > 0);
    expect(closed(one.receiver)).toEqual([one.shown.id]);
    await replace(one);
    one.sender.media.close();
    expect(clock.pending).toBe(timers);
    one.room.media.close();
  });

  it('P-62 leaves nobody with more than two: the next one ends the first', async () => {
    const one = await scene();
    const second = await replace(one);
    const third = await replace(one);
    expect(third.consumer).toMatchObject({ replaces: second.consumer?.id });
    await eventually('the end of the first', () => closed(one.receiver).length > 0);
    expect(closed(one.receiver)).toEqual([one.shown.id]);
    one.room.media.close();
  });

  it('P-62 takes the one before with it when it is closed: off is off', async () => {
    const one = await scene();
    const { producerId, consumer } = await replace(one);
    one.sender.media.closeProducer(producerId);
    await eventually('both ends', () => closed(one.receiver).length === 2);
    expect(closed(one.receiver).toSorted()).toEqual([one.shown.id, consumer?.id].toSorted());
    one.room.media.close();
  });

  it('P-62 is all that is told to whoever comes after it', async () => {
    const one = await scene();
    const { producerId } = await replace(one);
    const late = await one.room.peer().openAndStart();
    await late.consumerOf('camera');
    await settled();
    expect(late.consumers().map((consumer) => [consumer.producerId, consumer.replaces])).toEqual([
      [producerId, undefined],
    ]);
    one.room.media.close();
  });

  it('P-62 changes nothing where it is refused', async () => {
    const one = await scene();
    // The Worker refuses SSRCs that are there already.
    const { encodings } = vp8Parameters(1);
    await one.sender.produce('screen', { rtpParameters: { ...vp8Parameters(1), encodings } });
    const refused = one.sender.produce('camera', { rtpParameters: { ...vp8Parameters(1), encodings } });
    await expect(refused).rejects.toMatchObject({ code: 'bad_request' });
    await settled();
    expect(closed(one.receiver)).toEqual([]);
    await one.sender.media.pauseProducer(one.first);
    await eventually('the pause of the first', () => one.receiver.heard('consumer:paused').length === 1);
    one.room.media.close();
  });

  it('P-62 is sent in the size that the one before is shown in, which is sent small from then on', async () => {
    const one = await scene();
    await one.receiver.media.view([{ consumerId: one.shown.id, visible: true, width: 1280, height: 720 }]);
    await one.receiver.media.consumersReady([one.shown.id]);
    const former = one.room.serverConsumer(one.shown);
    expect(former).toMatchObject({ paused: false, preferredLayers: { spatialLayer: 2 } });
    const { consumer } = await replace(one);
    await eventually('the lowest layer', () => former.preferredLayers?.spatialLayer === 0);
    await one.receiver.media.view([{ consumerId: one.shown.id, visible: true, width: 1920, height: 1080 }]);
    expect(former.preferredLayers).toMatchObject({ spatialLayer: 0 });
    if (consumer === undefined) throw new Error('no Consumer');
    await one.receiver.media.consumersReady([consumer.id]);
    expect(one.room.serverConsumer(consumer)).toMatchObject({ paused: false, preferredLayers: { spatialLayer: 2 } });
    one.room.media.close();
  });
});
