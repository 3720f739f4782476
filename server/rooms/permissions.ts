// What each role may do; asked before every act, written down once.
import { ProtocolError } from '#protocol/errors';
import type { Role, Stream } from '#protocol/ids';

/**
 * - `produce` send audio and video · `group` be a leaf of the MLS group
 * - `person` be somebody: have it on air, be named co-host, lead where nobody else would
 * - `lead` remove Peers that are still there, change the link (the members judge it too: they hold the host's signature)
 */
export type Permission = 'produce' | 'group' | 'person' | 'lead';

const ALL: readonly Permission[] = ['produce', 'group', 'person', 'lead'];
const MEMBER: readonly Permission[] = ['produce', 'group', 'person'];
/** A machine of a production: it holds the group's keys to receive, and sends and leads nothing. */
const FEED: readonly Permission[] = ['group'];
/** A machine in a hall: it sends what is seen and heard there to the members, and is nobody. */
const RETURN: readonly Permission[] = ['produce', 'group'];
/** Audience devices only receive: they are outside the group and hold no room key. */
const AUDIENCE: readonly Permission[] = [];

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  host: ALL,
  cohost: ALL,
  producer: ALL,
  speaker: MEMBER,
  member: MEMBER,
  viewer: AUDIENCE,
  feed: FEED,
  return: RETURN,
};

export const isAllowed = (role: Role, permission: Permission): boolean => PERMISSIONS[role].includes(permission);

/** @throws ProtocolError `forbidden` */
export function requirePermission(role: Role, permission: Permission): void {
  if (!isAllowed(role, permission)) throw new ProtocolError('forbidden', `the role ${role} may not do this`);
}

/** A hall's sound is nobody's voice: it stands apart from the microphones that are chosen among (P-65), and is no active speaker. */
const RETURN_STREAMS: readonly Stream[] = ['camera', 'screenAudio'];

/** @throws ProtocolError `forbidden` */
export function requireStream(role: Role, stream: Stream): void {
  requirePermission(role, 'produce');
  if (role === 'return' && !RETURN_STREAMS.includes(stream)) {
    throw new ProtocolError('forbidden', `the role ${role} sends no ${stream}`);
  }
}
