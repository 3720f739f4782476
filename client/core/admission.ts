// The way to the door: makes Rooms, asks after them, and trades a link's proof for an access token.
import type * as v from 'valibot';
import { CreateRoomAnswer, TokenAnswer } from '#protocol/http';
import {
  accessProof,
  accessVerifier,
  createLinkSecret,
  ticketProof,
  viewAccessProof,
  viewSecret,
  type LinkVerifiers,
} from '#e2ee';
import { endReasonOf } from './endReasons.ts';
import type { FeedTicket } from './feed/feedTypes.ts';
import { parseReply } from './signalling/answers.ts';
import { codeOf, SignallingError, type SignallingCode } from './signalling/SignallingError.ts';
import { PROOF_GENERATION, proofOf, tokensPath } from './tokenRequest.ts';
import type { EndReason, Platform, RoomLink } from './types.ts';
import { fromBase64url, toBase64url } from './util/base64url.ts';

/** Of a Room that was just made. */
const FIRST_GENERATION = 0;
const ROOM_ID_BYTES = 16;

export type Admission = TokenAnswer;
export interface CreatedRoom {
  link: RoomLink;
  /** Kept by the page that made the Room; whoever holds it is host. */
  hostToken: string;
  expiresAtMs: number;
}
/** `mode` is the server's word, for words on the screen and nothing else. */
export type Probe = { ok: true; peersInRoom: number; mode: Admission['mode'] } | { ok: false; reason: EndReason };

/**
 * Makes a Room whose secret the server never sees.
 * Rejects with a SignallingError: `disconnected`, `rate_limited`, `capacity`, `forbidden` (creation is closed) or `internal`.
 */
export async function createRoom(platform: Platform): Promise<CreatedRoom> {
  const roomId = toBase64url(platform.randomBytes(ROOM_ID_BYTES));
  const secret = createLinkSecret();
  const hostKeyHash = await platform.createHostKey(roomId);
  return reopenRoom(platform, { roomId, kind: 'member', secret, hostKeyHash });
}

/**
 * Makes a Room under a link that is there already: the server forgot the one it opened. Whoever holds the link can, since all that
 * the server is told follows from it; who leads is decided in the group, by the host's key (SPEC E-80).
 * Rejects as `createRoom` does, and with `conflict` where there is such a Room.
 */
export async function reopenRoom(platform: Platform, link: RoomLink): Promise<CreatedRoom> {
  const { roomId, secret } = link;
  const request = { roomId, verifiers: await verifiersOf(secret, roomId, FIRST_GENERATION) };
  const { hostToken, expiresAtMs } = await post(platform, '/api/rooms', request, CreateRoomAnswer);
  return { link, hostToken, expiresAtMs };
}

/**
 * What the server learns of a link, and of the watch link that follows from it: enough to know their holders by, and nothing to open
 * anything with.
 * @param linkGeneration that the group has, or will have, with this link; the watch link depends on it
 */
export async function verifiersOf(
  secret: Uint8Array,
  roomId: string,
  linkGeneration: number,
): Promise<Required<Pick<LinkVerifiers, 'member' | 'viewer'>>> {
  const [member, viewer] = await Promise.all([
    accessProof(secret, roomId, PROOF_GENERATION),
    viewSecret(secret, roomId, linkGeneration).then(viewAccessProof),
  ]);
  return { member: await accessVerifier(member), viewer: await accessVerifier(viewer) };
}

/** Is there such a Room, does this link open it, and how many are inside? Never rejects. */
export async function probeRoom(platform: Platform, link: RoomLink): Promise<Probe> {
  try {
    const { peersInRoom, mode } = await admit(platform, link);
    return { ok: true, peersInRoom, mode };
  } catch (error) {
    return { ok: false, reason: endReasonOf(codeOf(error)) ?? 'unreachable' };
  }
}

/** What somebody has beside the link. */
export interface AdmissionClaims {
  /** Of who made the Room. */
  hostToken?: string | undefined;
  /** Of a machine. */
  feed?: FeedTicket | undefined;
  /** The last access token of who comes back: the next one names the same Peer, where the server can tell. */
  former?: string | undefined;
}

/**
 * As `admit`, but for who was in the Room (`former`): one that the server forgot, as where it lost its folder, is made again by whoever
 * comes first, and found by the others; one that was ended is not given out again (PROTOCOL P-106).
 */
export async function admitOrReopen(platform: Platform, link: RoomLink, claims: AdmissionClaims): Promise<Admission> {
  try {
    return await admit(platform, link, claims);
  } catch (error) {
    const wasThere = claims.former !== undefined && claims.feed === undefined && link.kind === 'member';
    if (codeOf(error) !== 'not_found' || !wasThere) throw error;
    await reopenRoom(platform, link).catch((refused: unknown) => {
      // Somebody was faster, or it was ended: the door knows.
      if (!['conflict', 'forbidden'].includes(codeOf(refused))) throw refused;
    });
    return admit(platform, link, claims);
  }
}

/**
 * An access token for one attempt to connect. Rejects with a SignallingError.
 * A host's token that the server no longer takes does not lock its holder out: the link still opens the Room.
 */
export async function admit(
  platform: Platform,
  link: RoomLink,
  { hostToken, feed, former }: AdmissionClaims = {},
): Promise<Admission> {
  const path = tokensPath(link.roomId);
  if (feed !== undefined) {
    const proof = await ticketProof(fromBase64url(feed.ticket));
    const body = { kind: 'feed', proof, deviceKey: feed.deviceKey };
    return post(platform, path, body, TokenAnswer).catch(refusedForGood);
  }
  if (hostToken !== undefined) {
    try {
      return await post(platform, path, { kind: 'host', hostToken, former }, TokenAnswer);
    } catch (error) {
      if (!['forbidden', 'unauthorized', 'token_expired', 'bad_request'].includes(codeOf(error))) throw error;
    }
  }
  const proof = await proofOf(link);
  return post(platform, path, { kind: link.kind, proof, former }, TokenAnswer).catch(refusedForGood);
}

/** A proof is right or wrong for good; no later attempt mends it. */
const refusedForGood = (error: unknown): never => {
  throw codeOf(error) === 'unauthorized' ? new SignallingError('forbidden') : error;
};

async function post<Schema extends v.GenericSchema>(
  platform: Platform,
  path: string,
  body: unknown,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  let reply: { status: number; body: unknown };
  try {
    reply = await platform.fetch(path, { method: 'POST', body });
  } catch {
    throw new SignallingError('disconnected');
  }
  // A proxy that answers in the server's place speaks another shape.
  const ours = typeof reply.body === 'object' && reply.body !== null && 'ok' in reply.body;
  if (!ours) throw new SignallingError(codeOfStatus(reply.status));
  return parseReply(schema, reply.body);
}

/** What a status means when a proxy answered in the server's place. */
function codeOfStatus(status: number): SignallingCode {
  if (status === 404 || status === 410) return 'not_found';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'rate_limited';
  return 'disconnected';
}
