// What a scene is drawn from: a program, people, and their pictures, whoever watches and wherever the pictures come from.
import type { ProgramContent } from '#core';

/** What was last seen stands for so long after the Connection went; longer, and an old picture passes for a live one. */
export const SLATE_AFTER_MS = 8_000;

export interface ScenePerson {
  name: string;
  title: string;
}

/** Why there is no picture where one belongs; null where nobody has to be told. */
export type NoPicture = 'firstFrame' | 'key' | 'network' | 'failing' | 'setup' | 'refused' | null;

export type SceneSource = { track: MediaStreamTrack } | { track: null; why: NoPicture };

export interface SceneContent {
  program: ProgramContent;
  /** Null for whom the host does not list: they have no place. */
  personOf(peerId: string): ScenePerson | null;
  sourceOf(peerId: string, stream: 'camera' | 'screen'): SceneSource;
  /** The server's clock, for the countdown. */
  nowMs: number;
  /** Nothing has come for so long that what is seen is old. */
  lost: boolean;
  /** Pictures stand still by the watcher's wish. */
  paused: boolean;
}

/** One line of what somebody on air says. */
export interface SceneCaption {
  id: string;
  name: string;
  text: string;
}
