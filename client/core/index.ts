// The SDK's one door.
export { safetyWords } from '#e2ee';
export { createRoom, probeRoom, type CreatedRoom, type Probe } from './admission.ts';
export { askEmbedders } from './embed/askEmbedders.ts';
export * from './embed/embedMessages.ts';
export { MAX_CHAT_TEXT_BYTES } from './talk/payload.ts';
export { formatLink, parseLink, type ParsedLink } from './link.ts';
export { createRoomClient } from './RoomClient.ts';
export { SignallingError, type SignallingCode } from './signalling/SignallingError.ts';
export type * from './files/fileTypes.ts';
export type * from './types.ts';
