// The SDK's one door.
export { ROOM_IDLE_TTL_MS } from '#protocol/limits';
export { safetyWords } from '#e2ee';
export { createRoom, probeRoom, reopenRoom, type CreatedRoom, type Probe } from './admission.ts';
export { askEmbedders } from './embed/askEmbedders.ts';
export * from './embed/embedMessages.ts';
export { MAX_OPTION_CHARS, MAX_OPTIONS, MAX_QUESTION_CHARS, MIN_OPTIONS } from './polls/pollPayload.ts';
export { REACTIONS, type ReactionKind } from './reactions/reactionPayload.ts';
export {
  MAX_EVENT_NAME_CHARS,
  MAX_LOGO_CHARS,
  MAX_ON_AIR,
  MAX_STAGE_NAME_CHARS,
  MAX_STAGE_PEOPLE,
  MAX_STAGE_TITLE_CHARS,
} from './stage/stagePayload.ts';
export { cleanFileName } from './files/fileName.ts';
export { RECORDINGS_FOLDER } from './recording/place.ts';
export { MAX_CHAT_TEXT_BYTES } from './talk/chatPayloads.ts';
export { formatLink, parseLink, type ParsedLink } from './link.ts';
export { createRoomClient } from './RoomClient.ts';
export * from './feed/feedLink.ts';
export { Doorstep } from './signalling/Doorstep.ts';
export { SignallingError, type SignallingCode } from './signalling/SignallingError.ts';
export type * from './gestures.ts';
export type * from './files/fileTypes.ts';
export { answering, askAhead, type AskedAhead } from './watch/askAhead.ts';
export { createWatchClient } from './watch/WatchClient.ts';
export type * from './types.ts';
export type * from './watch/watchTypes.ts';
