// The island's one door: what the rest of the client may know of it.
export { E2eeClient, type E2eeHandlers, type E2eePort, type Said } from './E2eeClient.ts';
export { createFileKey, importFileKey, openFileChunk, sealFileChunk } from './files/chunkCipher.ts';
export {
  createHandoverKeys,
  HANDOVER_KEY_BYTES,
  sealHandover,
  type HandoverKeys,
  type HandoverPlace,
} from './files/handover.ts';
export {
  FILE_CHUNK_BYTES,
  fileChunk,
  fileChunks,
  MAX_FILE_BYTES,
  SEALED_CHUNK_BYTES,
  sealedFileSize,
  type FileChunk,
} from './files/layout.ts';
export {
  accessProof,
  accessVerifier,
  parseFragment,
  formatFragment,
  createLinkSecret,
  viewAccessProof,
  viewSecret,
  type FragmentFault,
  type LinkFragment,
  type ParsedFragment,
} from './link/secrets.ts';
export { ticketKey, ticketProof } from './link/ticket.ts';
export { MACHINE_KINDS } from './mls/machinePass.ts';
export { cleanDisplayName } from './mls/displayName.ts';
export { MAX_CAPTION_CHARS, PROGRAM_LAYOUTS, PROGRAM_PHASES, ROOM_MODES, VIDEO_CODECS } from './messages.ts';
export { safetyWords } from './verify/safetyCode.ts';
export type {
  CaptionWords,
  FenceCause,
  FrameCodec,
  FrameFault,
  FromWorker,
  GroupMember,
  GroupRef,
  GroupView,
  HostCall,
  Knock,
  LinkVerifiers,
  MachineKind,
  PolicyView,
  ProgramContent,
  Proof,
  RoomMode,
  Roster,
  SafetyCode,
  ServerEvent,
  ServerReply,
  ServerRequest,
  SessionSettings,
  SignedRoster,
  StageEvent,
  StagePerson,
  StageRole,
  StreamName,
  ToWorker,
  TrackCounters,
  TrackState,
  TransformOptions,
  VideoCodec,
  WatchCaption,
  WatchFault,
  WatchSettings,
  WatchView,
  WrappedStage,
} from './messages.ts';
