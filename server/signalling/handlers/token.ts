// A fresh access token for whoever is already in, and fresh credentials for the relay.
import type { Handler } from '../handler.ts';

export const refreshToken: Handler<'token:refresh'> = async ({ tokens, iceServers }, connection) => {
  const { id: peerId, role, linkGeneration } = connection.requirePlace();
  const { roomId, generation } = connection.admission;
  const issued = await tokens.issueAccess({ roomId, generation, peerId, role, linkGeneration });
  connection.extend(issued.expiresAtMs);
  return { ...issued, iceServers: iceServers() };
};
