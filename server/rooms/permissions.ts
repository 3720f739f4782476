// What each role may do; asked before every act, written down once.
import { ProtocolError } from '#protocol/errors';
import type { Role } from '#protocol/ids';

/**
 * - `produce` send audio and video · `group` be a leaf of the MLS group
 * - `lead` remove Peers that are still there, change the link (the members judge it too: they hold the host's signature)
 */
export type Permission = 'produce' | 'group' | 'lead';

const ALL: readonly Permission[] = ['produce', 'group', 'lead'];
const MEMBER: readonly Permission[] = ['produce', 'group'];
/** A machine of a production: it holds the group's keys to receive, and sends and leads nothing. */
const FEED: readonly Permission[] = ['group'];
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
};

export const isAllowed = (role: Role, permission: Permission): boolean => PERMISSIONS[role].includes(permission);

/** @throws ProtocolError `forbidden` */
export function requirePermission(role: Role, permission: Permission): void {
  if (!isAllowed(role, permission)) throw new ProtocolError('forbidden', `the role ${role} may not do this`);
}
