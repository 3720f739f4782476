// The SDK's door for other people's pages: a Room of their own making, or ours in a frame.
export { createRoom, formatLink, parseLink, type EmbedState, type RoomClient } from '#core';
export { embedRoom, type Embed, type EmbedOptions, type EmbedOutcome } from './embedRoom.ts';
export { JoinError, joinRoom, type JoinOptions } from './joinRoom.ts';
