// The HTTP door as a crowd uses it: makes Rooms and trades proofs for tokens, from as many addresses as there are users.
import { createHash, randomBytes } from 'node:crypto';
import { CreateRoomAnswer, TokenAnswer } from '#protocol/http';
import type * as v from 'valibot';
import { parseReply } from '../../client/core/signalling/answers.ts';

/** An office, or a provider's one address: below what the server lets one have (CONNECTIONS_PER_ADDRESS, HTTP_CALLS_PER_ADDRESS). */
const USERS_PER_ADDRESS = 40;
/** A door that does not answer within this hangs. */
const CALL_TIMEOUT_MS = 20_000;

/** What the server is told by X-Forwarded-For; of the range for such tests (RFC 2544), so that it is nobody's. */
export const addressOf = (user: number): string => {
  const office = Math.floor(user / USERS_PER_ADDRESS);
  return `198.18.${Math.floor(office / 250) % 250}.${1 + (office % 250)}`;
};

/** The server keeps digests and compares: it cannot tell these proofs from those that follow from a link. */
export interface Hall {
  roomId: string;
  hostToken: string;
  proofs: { member: string; viewer: string };
}

export async function makeHall(origin: string, address: string): Promise<Hall> {
  const roomId = randomBytes(16).toString('base64url');
  const proofs = { member: newProof(), viewer: newProof() };
  const verifiers = { member: verifierOf(proofs.member), viewer: verifierOf(proofs.viewer) };
  const { hostToken } = await post({ origin, address }, '/api/rooms', { roomId, verifiers }, CreateRoomAnswer);
  return { roomId, hostToken, proofs };
}

export type Kind = 'member' | 'viewer' | 'host';

export function askForToken(origin: string, address: string, hall: Hall, kind: Kind): Promise<TokenAnswer> {
  const body = kind === 'host' ? { kind, hostToken: hall.hostToken } : { kind, proof: hall.proofs[kind] };
  return post({ origin, address }, `/api/rooms/${hall.roomId}/tokens`, body, TokenAnswer);
}

export const newProof = (): string => randomBytes(32).toString('base64url');

const verifierOf = (proof: string): string =>
  createHash('sha256').update(Buffer.from(proof, 'base64url')).digest('base64url');

/** Rejects with a SignallingError: the server's code. */
async function post<Schema extends v.GenericSchema>(
  { origin, address }: { origin: string; address: string },
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const response = await fetch(origin + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  return parseReply(schema, await response.json());
}
