// Coming into a Room, coming back to it, leaving it.
import { MAX_BINARIES_FROM_SERVER } from '#protocol/limits';
import type { Numbered } from '#protocol/notifications';
import type { JoinAnswer, Request } from '#protocol/requests';
import type { Room } from '../../rooms/Room.ts';
import { wireSize } from '../../rooms/wireSize.ts';
import type { Connection } from '../Connection.ts';
import type { Handler, HandlerServices } from '../handler.ts';

export const joinRoom: Handler<'room:join'> = async (
  services,
  connection,
  { resume, rtpCapabilities, dtlsParameters },
) => {
  const { roomId, generation } = connection.admission;
  const room = services.directory.get(roomId, generation);
  connection.beginJoin(room);
  try {
    if (connection.admission.role === 'viewer') return await watch(services, connection, room, rtpCapabilities);
    const resumed = resume === undefined ? null : tryResume(services, connection, room, resume);
    return resumed ?? (await joinAfresh(services, connection, room, { rtpCapabilities, dtlsParameters }));
  } catch (error) {
    connection.abandonJoin();
    throw error;
  }
};

/** For who stands at the door: asks for no place and is told nothing that a place would not tell. */
export const lookAround: Handler<'room:look'> = ({ directory }, connection) => {
  const { roomId, generation, role } = connection.admission;
  return { routerRtpCapabilities: directory.get(roomId, generation).receivable(role) };
};

function tryResume(
  { clock, iceServers }: HandlerServices,
  connection: Connection,
  room: Room,
  resume: NonNullable<Request<'room:join'>['resume']>,
): JoinAnswer | null {
  const resumed = room.resume(connection.admission, resume, connection);
  if (resumed === null) return null;
  connection.completeJoin(resumed.peer);
  const { inAnswer, after } = splitForPacket(resumed.missed);
  connection.holdFirst(after);
  return {
    outcome: 'resumed',
    peerId: resumed.peer.id,
    serverTimeMs: clock.now(),
    iceServers: iceServers(),
    missed: inAnswer,
  };
}

async function joinAfresh(
  services: HandlerServices,
  connection: Connection,
  room: Room,
  device: Pick<Request<'room:join'>, 'rtpCapabilities' | 'dtlsParameters'>,
): Promise<JoinAnswer> {
  const { directory, clock, iceServers, run } = services;
  directory.requireJoinable(room);
  const { peer, joined } = await room.join(connection.admission, connection, device);
  connection.completeJoin(peer);
  directory.tellIfDraining(peer);
  return { outcome: 'joined', ...joined, run, serverTimeMs: clock.now(), iceServers: iceServers() };
}

/** Afresh each time: whoever only receives has nothing that would be lost. */
async function watch(
  services: HandlerServices,
  connection: Connection,
  room: Room,
  rtpCapabilities: Request<'room:join'>['rtpCapabilities'],
): Promise<JoinAnswer> {
  const { directory, clock, iceServers, run } = services;
  directory.requireJoinable(room);
  const { viewer, watched } = await room.audience.join(connection.admission, connection, rtpCapabilities);
  connection.completeWatch(viewer);
  directory.tellIfDraining(viewer);
  return { outcome: 'watching', ...watched, run, serverTimeMs: clock.now(), iceServers: iceServers() };
}

/** As much as one packet may carry; the rest follows as ordinary notifications, in order. */
export function splitForPacket(missed: readonly Numbered[]): { inAnswer: Numbered[]; after: Numbered[] } {
  let binaries = 0;
  const cut = missed.findIndex(({ payload }) => {
    binaries += wireSize(payload).binaries;
    return binaries > MAX_BINARIES_FROM_SERVER;
  });
  return cut < 0 ? { inAnswer: [...missed], after: [] } : { inAnswer: missed.slice(0, cut), after: missed.slice(cut) };
}

export const leaveRoom: Handler<'room:leave'> = (_services, connection) => {
  connection.leave();
  return {};
};
