// What the bench and the thread of its senders say to each other.
import type { RoomLink } from '#core';

/** Frames as Chromium's encoders made them: a loop that begins with a key frame, for each layer; and a loop of Opus. */
export interface CannedMedia {
  fps: number;
  /** Lowest layer first. */
  layers: Uint8Array[][];
  /** 20 ms each. */
  opus: Uint8Array[];
}

export interface CrowdSettings {
  origin: string;
  link: RoomLink;
  media: CannedMedia;
}

export interface SenderSsrcs {
  mic: number;
  /** Lowest layer first. */
  camera: number[];
}

/** What a member sends, and to which UDP port of the SFU on 127.0.0.1. */
export interface Publication {
  ssrcs: SenderSsrcs;
  port: number;
}

export type ToCrowd =
  | { type: 'join'; count: number }
  | ({ type: 'send'; peerId: string } & Publication)
  | { type: 'go' }
  /** From now on these members speak and nobody else, by their numbers from 1; before the first of it they take turns. */
  | { type: 'speak'; numbers: number[] }
  | { type: 'end' };
export type FromCrowd =
  | { type: 'in'; number: number; peerId: string; former: string | null }
  | { type: 'ended'; reason: string }
  | { type: 'sent'; frames: number }
  /** The first packet of a voice left. */
  | { type: 'spoke'; peerId: string; atMs: number };
