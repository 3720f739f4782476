// POST /api/rooms/:roomId/tokens: trades a link's admission proof, or the host's token, for a short-lived access token.
import { Router } from 'express';
import * as v from 'valibot';
import { ProtocolError } from '#protocol/errors';
import { TokenBody, type TokenAnswer } from '#protocol/http';
import { RoomId, type PeerId, type Role } from '#protocol/ids';
import { BAD_PROOFS_PER_ADDRESS } from '#protocol/limits';
import type { Room } from '../rooms/Room.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { randomBase64url } from '../util/secrets.ts';
import { addressOf, parseBody, refuseIfLimited } from './apiGuards.ts';
import type { HttpDependencies } from './dependencies.ts';

const PEER_ID_BYTES = 12;
/** Tokens count in these: one issued in the second of the start may be of either run. */
const WHOLE_SECOND_MS = 1_000;

export function tokenRoutes(dependencies: HttpDependencies): Router {
  const { directory, tokens, clock, origins } = dependencies;
  const router = Router();
  const startedAtMs = clock.now();
  const badProofs = new RateLimit(BAD_PROOFS_PER_ADDRESS);
  router.post('/api/rooms/:roomId/tokens', async (request, response) => {
    response.locals['route'] = 'tokens';
    const address = addressOf(request, origins);
    refuseIfLimited(await badProofs.peek(address));
    const room = directory.get(parseRoomId(request.params.roomId));
    const body = parseBody(TokenBody, request.body);
    // As it is before the proof is looked at: a link that is replaced meanwhile takes the token with it.
    const { linkGeneration } = room.access;
    const { role, peerId } = await admissionOf({ ...dependencies, startedAtMs }, room, body).catch(
      async (error: unknown) => {
        await badProofs.take(address);
        throw error;
      },
    );
    const { id: roomId, generation, presentCount: peersInRoom } = room;
    const { mode } = room.hosts;
    const { token, expiresAtMs } = await tokens.issueAccess({ roomId, generation, peerId, role, linkGeneration });
    const serverTimeMs = clock.now();
    const data: TokenAnswer = { token, peerId, role, expiresAtMs, serverTimeMs, peersInRoom, linkGeneration, mode };
    const { receivable } = room.audience;
    if (role === 'viewer' && receivable !== null) data.routerRtpCapabilities = receivable;
    response.json({ ok: true, data });
  });
  return router;
}

/** An id of the wrong form names no Room; the answer is the same as for one that is not there. */
function parseRoomId(value: string): RoomId {
  const parsed = v.safeParse(RoomId, value);
  if (!parsed.success) throw new ProtocolError('not_found', 'no such room');
  return parsed.output;
}

/** Of the server. */
interface Run {
  startedAtMs: number;
}

/** Another Peer each time, but for who shows a token of before the server started, and a feed: its ticket is one device's, and that device one Peer. */
async function admissionOf(
  { tokens, startedAtMs }: Pick<HttpDependencies, 'tokens'> & Run,
  room: Room,
  body: v.InferOutput<typeof TokenBody>,
): Promise<{ role: Role; peerId: PeerId }> {
  if (body.kind === 'feed') return room.feeds.admit(body.proof, body.deviceKey);
  if (body.kind !== 'host') {
    const role = room.access.admit(body.kind, body.proof);
    return { role, peerId: await peerIdFor({ tokens, startedAtMs }, room, body.former) };
  }
  const { roomId, generation } = await tokens.verifyHost(body.hostToken);
  if (roomId !== room.id || generation !== room.generation) {
    throw new ProtocolError('unauthorized', 'the token is for another room');
  }
  return { role: 'host', peerId: await peerIdFor({ tokens, startedAtMs }, room, body.former) };
}

/**
 * Of a Peer of this run nothing else is needed: its resume token gives its place back, and without its place it is somebody new. A former
 * token that shows nothing makes nobody worse off than having none. Who was sent off is somebody new, to the members too.
 */
async function peerIdFor(
  { tokens, startedAtMs }: Pick<HttpDependencies, 'tokens'> & Run,
  room: Room,
  former?: string,
): Promise<PeerId> {
  const shown = former === undefined ? null : await tokens.verifyFormer(former).catch(() => null);
  const isOurs =
    shown?.roomId === room.id &&
    shown.generation === room.generation &&
    shown.issuedAtMs + WHOLE_SECOND_MS <= startedAtMs;
  if (shown !== null && isOurs && !room.access.isBanned(shown.peerId)) return shown.peerId;
  return randomBase64url(PEER_ID_BYTES) as PeerId;
}
