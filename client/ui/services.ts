// What the page needs of the core and of the platform; one object, so that screens can be driven by anything that fits.
import {
  createRoom,
  createRoomClient,
  formatLink,
  parseLink,
  probeRoom,
  type CreatedRoom,
  type ParsedLink,
  type Platform,
  type Probe,
  type RoomClient,
  type RoomClientOptions,
  type RoomLink,
} from '#core';
import { cameraConstraints, micConstraints } from '../platform/devices.ts';

export interface Services {
  createRoom(): Promise<CreatedRoom>;
  probeRoom(link: RoomLink): Promise<Probe>;
  parseLink(text: string): ParsedLink;
  formatLink(link: RoomLink): string;
  createRoomClient(options: Omit<RoomClientOptions, 'platform'>): RoomClient;
  canSeal(): boolean;
  getMicrophone(deviceId?: string): Promise<MediaStreamTrack>;
  getCamera(deviceId?: string): Promise<MediaStreamTrack>;
  /** For the one prompt that asks for both. */
  micConstraints(deviceId?: string): MediaTrackConstraints;
  cameraConstraints(deviceId?: string): MediaTrackConstraints;
}

export const createServices = (platform: Platform): Services => ({
  createRoom: () => createRoom(platform),
  probeRoom: (link) => probeRoom(platform, link),
  parseLink: (text) => parseLink(text, platform.origin),
  formatLink: (link) => formatLink(link, platform.origin),
  createRoomClient: (options) => createRoomClient({ ...options, platform }),
  canSeal: () => platform.sealSupport() !== 'none',
  getMicrophone: (deviceId) => platform.getMicrophone(deviceId),
  getCamera: (deviceId) => platform.getCamera(deviceId),
  micConstraints,
  cameraConstraints,
});
