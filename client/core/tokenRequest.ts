// What the door is asked for a token with: where, and what shows that somebody holds a link. Light, since a watch page begins with it.
import { accessProof, viewAccessProof } from '#e2ee';
import type { RoomLink } from './types.ts';

/** Of every link's proof: whoever asks at the door does not know yet which link of the Room it holds, and each has a secret of its own. */
export const PROOF_GENERATION = 0;

export const tokensPath = (roomId: string): string => `/api/rooms/${roomId}/tokens`;

/** What shows the server that somebody holds a link. */
export const proofOf = ({ kind, secret, roomId }: RoomLink): Promise<string> =>
  kind === 'viewer' ? viewAccessProof(secret) : accessProof(secret, roomId, PROOF_GENERATION);
