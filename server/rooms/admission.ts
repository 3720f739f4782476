// Decides by its links' verifiers who may come into a Room; the secrets behind them stay with the people.
import { ProtocolError } from '#protocol/errors';
import type { LinkVerifiers } from '#protocol/hosting';
import type { Role } from '#protocol/ids';
import { equalInConstantTime, sha256 } from '../util/secrets.ts';

export type LinkKind = 'member' | 'speaker' | 'viewer';

const ROLE_OF_LINK: Readonly<Record<LinkKind, Role>> = { member: 'member', speaker: 'speaker', viewer: 'viewer' };
/** Compared where a Room has no link of that kind, so that this takes as long as a wrong proof. */
const NO_VERIFIER = sha256('no link of this kind').toString('base64url');

/**
 * @param proof 32 bytes, base64url (E2EE: K("access"))
 * @throws ProtocolError `unauthorized` for a wrong proof and for a kind of link that the Room does not have
 */
export function admit(verifiers: LinkVerifiers, kind: LinkKind, proof: string): Role {
  const verifier = verifiers[kind];
  const computed = sha256(Buffer.from(proof, 'base64url')).toString('base64url');
  const isEqual = equalInConstantTime(computed, verifier ?? NO_VERIFIER);
  if (!isEqual || verifier === undefined) throw new ProtocolError('unauthorized', 'the admission proof does not fit');
  return ROLE_OF_LINK[kind];
}
