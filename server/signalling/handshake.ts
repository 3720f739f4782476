// Who may open a Connection: the right version, a valid token for a Room that is there, an address within its limits.
import * as v from 'valibot';
import { ProtocolError } from '#protocol/errors';
import { Handshake } from '#protocol/requests';
import { PROTOCOL_VERSION } from '#protocol/version';
import type { AccessTokens, Admission } from '../rooms/ports.ts';
import type { RoomDirectory } from '../rooms/RoomDirectory.ts';

export interface HandshakeDependencies {
  tokens: AccessTokens;
  directory: RoomDirectory;
}

/**
 * @param auth socket.io's auth object, as the client sent it
 * @throws ProtocolError `version`, `unauthorized` (also of a Peer that was sent off), `token_expired` or `not_found` (the Room is gone)
 */
export async function admitConnection({ tokens, directory }: HandshakeDependencies, auth: unknown): Promise<Admission> {
  const { version } = (auth ?? {}) as { version?: unknown };
  if (version !== PROTOCOL_VERSION) throw new ProtocolError('version', `this server speaks ${PROTOCOL_VERSION}`);
  const parsed = v.safeParse(Handshake, auth);
  if (!parsed.success) throw new ProtocolError('unauthorized', 'a token is needed');
  const admission = await tokens.verifyAccess(parsed.output.token);
  directory.get(admission.roomId, admission.generation).access.requireWelcome(admission);
  return admission;
}
