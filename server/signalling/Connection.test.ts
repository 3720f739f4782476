// In which order and in how many pieces a Connection says what its Peer is told, also when its place ends under it.
import type { Socket } from 'socket.io';
import { describe, expect, test } from 'vitest';
import type { PeerId, RoomId } from '#protocol/ids';
import type { Admission } from '../rooms/ports.ts';
import { createLog } from '../observability/log.ts';
import { Peer } from '../rooms/Peer.ts';
import type { Room } from '../rooms/Room.ts';
import { FakeClock } from '../test/FakeClock.ts';
import { Connection } from './Connection.ts';
import { createDispatch } from './dispatch.ts';
import type { HandlerServices, HandlerTable } from './handler.ts';
import { framesOf } from './sharedFrames.ts';
import type { TransportGuard } from './TransportGuard.ts';

const admission: Admission = {
  roomId: 'r'.repeat(22) as RoomId,
  generation: 'g',
  peerId: 'p'.repeat(16) as PeerId,
  role: 'member',
  linkGeneration: 0,
  expiresAtMs: 1,
};

/** A Connection with a place, and what it wrote: names on a polled transport, bytes on a WebSocket. */
function openConnection(writesFrames: boolean) {
  const done: string[] = [];
  const written: Buffer[] = [];
  const socket = {
    id: 's',
    connected: true,
    emit: (name: string) => done.push(name),
    disconnect: () => done.push('disconnect'),
  };
  const guard = {
    writesFrames,
    writeFrames: (frames: Buffer[]) => void written.push(Buffer.concat(frames)),
    checkUnsent: () => undefined,
    cut: () => done.push('cut'),
  };
  const connection = new Connection({
    socket: socket as unknown as Socket,
    admission,
    clock: new FakeClock(),
    joinDeadlineMs: 1_000,
    guard: guard as unknown as TransportGuard,
  });
  const peer = new Peer(admission, connection);
  connection.beginJoin({} as Room);
  connection.completeJoin(peer);
  return { connection, peer, done, written };
}

const somebody = { peer: { peerId: 'q'.repeat(16) as PeerId, role: 'member' } } as const;
const turnsEnd = () => new Promise((resolve) => setImmediate(resolve));

test('P-103 why the place of a Peer ended is said before its Connection is closed, also while it waits for an answer', () => {
  const { connection, peer, done } = openConnection(false);
  connection.hold();
  peer.notify('room:closed', { reason: 'removed' });
  expect(done).toEqual([]);
  peer.close('ended');
  connection.flush();
  expect(done).toEqual(['room:closed', 'disconnect']);
});

describe('who came and went', () => {
  test('is told in one write where many did in one turn, byte for byte as if each were told alone', async () => {
    const { peer, written } = openConnection(true);
    for (let count = 0; count < 3; count += 1) peer.notify('peer:joined', somebody);
    peer.notify('peer:left', { peerId: somebody.peer.peerId });
    expect(written).toEqual([]);
    await turnsEnd();
    const told = [1, 2, 3].map((sequence) => ({ name: 'peer:joined', payload: somebody, sequence }) as const);
    const left = { name: 'peer:left', payload: { peerId: somebody.peer.peerId }, sequence: 4 } as const;
    expect(written).toEqual([Buffer.concat([...told, left].flatMap((one) => framesOf([one])))]);
    await turnsEnd();
    expect(written).toHaveLength(1);
  });

  test('is told before the answer to a request during which it was told', async () => {
    const { connection, peer, done } = openConnection(false);
    const refresh = () => {
      peer.notify('peer:joined', somebody);
      return {};
    };
    const dispatch = createDispatch({
      handlers: { 'token:refresh': refresh } as unknown as HandlerTable,
      services: { metrics: { countRequest: () => undefined } } as unknown as HandlerServices,
      log: createLog({ level: 'silent' }),
      tellError: () => ({ code: 'internal', message: '' }),
    });
    const answered = Promise.withResolvers<unknown>();
    dispatch(connection, 'token:refresh', [{}, answered.resolve]);
    expect(await answered.promise).toEqual({ ok: true, data: {} });
    expect(done).toEqual(['peer:joined']);
  });

  test('is told before whatever is told after it, and before the end', async () => {
    const { connection, peer, done } = openConnection(false);
    peer.notify('peer:joined', somebody);
    peer.notify('audio:activeSpeaker', { peerId: null });
    expect(done).toEqual(['peer:joined', 'audio:activeSpeaker']);
    peer.notify('peer:joined', somebody);
    connection.sayWaiting();
    expect(done).toHaveLength(3);
    peer.notify('peer:joined', somebody);
    peer.close('ended');
    expect(done).toEqual(['peer:joined', 'audio:activeSpeaker', 'peer:joined', 'peer:joined', 'disconnect']);
    await turnsEnd();
    expect(done).toHaveLength(5);
  });

  test('goes out where it was told before a request, and waits for its answer where that caused it', async () => {
    const { connection, peer, done } = openConnection(false);
    peer.notify('peer:joined', somebody);
    connection.hold();
    peer.notify('peer:left', { peerId: somebody.peer.peerId });
    await turnsEnd();
    expect(done).toEqual(['peer:joined']);
    connection.flush();
    expect(done).toEqual(['peer:joined', 'peer:left']);
  });

  test('is not told by a Connection whose Peer went over to another one: that has it among what it missed', async () => {
    const { peer, done } = openConnection(false);
    peer.admit();
    peer.notify('peer:joined', somebody);
    const { connection: next } = openConnection(false);
    expect(peer.resume(next, admission.peerId, 0)).toMatchObject([{ name: 'peer:joined', sequence: 1 }]);
    await turnsEnd();
    expect(done).toEqual(['connection:replaced', 'disconnect']);
  });
});
