// A fresh access token for a Peer that is already in.
import type { Handler } from '../handler.ts';

export const refreshToken: Handler<'token:refresh'> = async ({ tokens }, connection) => {
  const { peer } = connection.requireIn();
  const { roomId, generation } = connection.admission;
  const { id: peerId, role, linkGeneration } = peer;
  const issued = await tokens.issueAccess({ roomId, generation, peerId, role, linkGeneration });
  connection.extend(issued.expiresAtMs);
  return issued;
};
