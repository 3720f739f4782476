// What the Worker has of a Peer's Transports, beside what the Peer was told of them.
import type { TransportId } from '#protocol/ids';
import type { WebRtcTransport } from 'mediasoup/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { openTestPlane, TestRoom } from './test/mediaTestBed.ts';

let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1);
});
afterAll(() => plane?.close());

const openRoom = (): Promise<TestRoom> => new TestRoom(plane).open();

/** As mediasoup has it. */
function transportOf(room: TestRoom, id: TransportId): WebRtcTransport {
  const router = plane.routerOf(room.roomId) as unknown as { transportsForTesting: Map<string, WebRtcTransport> };
  return router.transportsForTesting.get(id)!;
}

describe('Transports', () => {
  it('tells of every Transport what mediasoup says of it, though what all at one Worker share is looked up once', async () => {
    const room = await openRoom();
    const peers = await Promise.all([room.peer().open(), room.peer().open()]);
    for (const told of peers.flatMap(({ transports }) => [transports!.send, transports!.recv])) {
      const transport = transportOf(room, told.id);
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
      expect(told).toEqual({ id, iceParameters, iceCandidates, dtlsParameters });
    }
    expect(peers[1]!.transports!.recv.dtlsParameters).toBe(peers[0]!.transports!.send.dtlsParameters);
    room.media.close();
  });

  it('bounds what a Peer may send with the first that it sends, and not before', async () => {
    const room = await openRoom();
    const peer = await room.peer().open();
    const transport = transportOf(room, peer.transports!.send.id);
    const bound = async () => (await transport.getStats())[0]!.maxIncomingBitrate;
    expect(await bound()).toBeUndefined();
    await peer.produce('mic');
    expect(await bound()).toBe(6_000_000);
    room.media.close();
  });
});
