// The SDK's one door.
export { createRoom, probeRoom, type CreatedRoom, type Probe } from './admission.ts';
export { formatLink, parseLink } from './link.ts';
export { createRoomClient } from './RoomClient.ts';
export type * from './types.ts';
