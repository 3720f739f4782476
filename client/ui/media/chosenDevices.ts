// Which microphone, camera and speaker the person chose on this device; an empty id is the system's own choice.
import { signal } from '@preact/signals';
import { recall, remember } from '../remembered.ts';
import type { DeviceKind } from './devices.ts';

export const chosenDevices = {
  mic: signal(recall('device.mic') ?? ''),
  camera: signal(recall('device.camera') ?? ''),
  speaker: signal(recall('device.speaker') ?? ''),
} as const;

export const chooseDevice = (kind: DeviceKind, deviceId: string): void => {
  chosenDevices[kind].value = deviceId;
  remember(`device.${kind}`, deviceId === '' ? null : deviceId);
};
