// What a Connection still says when its place ends under it.
import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import type { PeerId, RoomId } from '#protocol/ids';
import type { Admission } from '../rooms/ports.ts';
import { Peer } from '../rooms/Peer.ts';
import type { Room } from '../rooms/Room.ts';
import { FakeClock } from '../test/FakeClock.ts';
import { Connection } from './Connection.ts';
import type { TransportGuard } from './TransportGuard.ts';

test('P-103 why the place of a Peer ended is said before its Connection is closed, also while it waits for an answer', () => {
  const done: string[] = [];
  const conn = { close: () => done.push('cut') };
  const emit = (name: string) => done.push(name);
  const socket = {
    id: 's',
    connected: true,
    conn,
    emit,
    disconnect: () => done.push('disconnect'),
  } as unknown as Socket;
  const admission: Admission = {
    roomId: 'r'.repeat(22) as RoomId,
    generation: 'g',
    peerId: 'p'.repeat(16) as PeerId,
    role: 'member',
    linkGeneration: 0,
    expiresAtMs: 1,
  };
  const guard = { writesFrames: false, checkUnsent: () => undefined } as unknown as TransportGuard;
  const connection = new Connection({ socket, admission, clock: new FakeClock(), joinDeadlineMs: 1_000, guard });
  const peer = new Peer(admission, connection);
  connection.beginJoin({} as Room);
  connection.completeJoin(peer);
  connection.hold();
  peer.notify('room:closed', { reason: 'removed' });
  expect(done).toEqual([]);
  peer.close('ended');
  connection.flush();
  expect(done).toEqual(['room:closed', 'disconnect']);
});
