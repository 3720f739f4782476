// What mediasoup answers after its asker is gone is closed all the same: its listeners would live as long as the Worker.
import { ProtocolError } from '#protocol/errors';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { MediaCensus } from './test/MediaCensus.ts';
import { eventually, openTestPlane, TestRoom } from './test/mediaTestBed.ts';

let census: MediaCensus;
let plane: SfuMediaPlane;
let room: TestRoom;
beforeEach(async () => {
  census = new MediaCensus();
  plane = await openTestPlane();
  room = await new TestRoom(plane).open();
});
afterEach(() => {
  plane.close();
  census.close();
});

const nothingOf = (kind: 'transports' | 'producers' | 'consumers', left = 0) =>
  eventually(`${left} ${kind}`, () => census[kind].size === left);

it('closes Consumers that were under way when their Peer left', async () => {
  const sender = await room.peer().openAndStart();
  await sender.produce('mic');
  await sender.produce('camera');
  for (let round = 0; round < 10; round += 1) {
    const receiver = await room.peer().open();
    const started = receiver.media.start(room.capabilities as Record<string, unknown>);
    await Promise.resolve();
    await Promise.resolve();
    receiver.media.close();
    await started;
  }
  expect(await nothingOf('transports', 2)).toBe(true);
  expect(await nothingOf('consumers')).toBe(true);
});

it('closes a Producer that was under way when its Peer left', async () => {
  const sender = await room.peer().openAndStart();
  const producing = sender.produce('camera');
  sender.media.close();
  await expect(producing).rejects.toMatchObject({ code: 'wrong_state' });
  expect(await nothingOf('producers')).toBe(true);
});

it('closes Transports that were under way when their Peer or their Room closed', async () => {
  const first = room.peer();
  const opening = first.open();
  first.media.close();
  await expect(opening).rejects.toMatchObject({ code: 'wrong_state' });
  const second = room.peer().open();
  await Promise.resolve();
  room.media.close();
  await expect(second).rejects.toBeInstanceOf(ProtocolError);
  expect(await nothingOf('transports')).toBe(true);
});
