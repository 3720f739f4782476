// What the page needs of the core and of the platform; one object, so that screens can be driven by anything that fits.
import { signal } from '@preact/signals';
import {
  createRoom,
  createRoomClient,
  Doorstep,
  formatLink,
  parseLink,
  probeRoom,
  reopenRoom,
  type CreatedRoom,
  type ParsedLink,
  type Platform,
  type Probe,
  type RoomClient,
  type RoomClientOptions,
  type RoomLink,
} from '#core';
import { cameraConstraints, micConstraints } from '../platform/devices.ts';
import { canChangeBackground, openBackgroundLine } from '../platform/effects/background/BackgroundLine.ts';
import { canSuppressNoise, openNoiseLine } from '../platform/effects/noise/NoiseLine.ts';
import { lookOf } from './media/effects/backgrounds.ts';
import { MediaEffects } from './media/effects/MediaEffects.ts';

export interface Services {
  createRoom(): Promise<CreatedRoom>;
  /** Of a link made on this device, whose room the server forgot. */
  reopenRoom(link: RoomLink): Promise<CreatedRoom>;
  probeRoom(link: RoomLink): Promise<Probe>;
  /** Before going in: asks after the room, and has the way there ready. */
  stepUp(link: RoomLink, hostToken: string | null): Doorstep;
  parseLink(text: string): ParsedLink;
  formatLink(link: RoomLink): string;
  createRoomClient(options: Omit<RoomClientOptions, 'platform'>): RoomClient;
  canSeal(): boolean;
  /** What is done to picture and sound; the two below have it done already. */
  effects: MediaEffects;
  getMicrophone(deviceId?: string): Promise<MediaStreamTrack>;
  getCamera(deviceId?: string): Promise<MediaStreamTrack>;
  /** For the one prompt that asks for both. */
  micConstraints(deviceId?: string): MediaTrackConstraints;
  cameraConstraints(deviceId?: string): MediaTrackConstraints;
}

export const createServices = (browser: Platform): Services => {
  const tools = { canChangeBackground, canSuppressNoise, openBackgroundLine, openNoiseLine, lookOf };
  const effects = new MediaEffects({ ...tools, nowMs: () => performance.now() });
  const platform: Platform = {
    ...browser,
    getMicrophone: async (deviceId) => effects.treatMic(await browser.getMicrophone(deviceId)),
    getCamera: async (deviceId) => effects.treatCamera(await browser.getCamera(deviceId)),
  };
  // A signal, so that the screens that asked are drawn again once the algorithms were tried.
  const support = signal(platform.sealSupport());
  void platform.checkSealing().then((checked) => {
    support.value = checked;
  });
  return {
    createRoom: () => createRoom(platform),
    reopenRoom: (link) => reopenRoom(platform, link),
    probeRoom: (link) => probeRoom(platform, link),
    stepUp: (link, hostToken) => new Doorstep({ platform, link, ...(hostToken !== null && { hostToken }) }),
    parseLink: (text) => parseLink(text, platform.origin),
    formatLink: (link) => formatLink(link, platform.origin),
    createRoomClient: (options) => createRoomClient({ ...options, platform }),
    canSeal: () => support.value !== 'none',
    effects,
    getMicrophone: (deviceId) => platform.getMicrophone(deviceId),
    getCamera: (deviceId) => platform.getCamera(deviceId),
    micConstraints,
    cameraConstraints,
  };
};
