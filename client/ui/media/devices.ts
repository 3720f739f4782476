// The microphone, camera and speakers before joining: one prompt for both, then each alone, and why one is not there.
import type { DeviceFault } from '#core';

export type DeviceKind = 'mic' | 'camera' | 'speaker';
export interface DeviceChoice {
  id: string;
  /** Empty until the person allowed access. */
  label: string;
}
export type DeviceList = Record<DeviceKind, DeviceChoice[]>;

const kinds: Record<MediaDeviceKind, DeviceKind> = { audioinput: 'mic', videoinput: 'camera', audiooutput: 'speaker' };

/** The fault that the platform found (its DeviceError); anything else did not come from a device. */
export const faultOf = (error: unknown): DeviceFault =>
  typeof error === 'object' && error !== null && 'fault' in error ? (error.fault as DeviceFault) : 'failed';

/** Everything plugged in; empty lists where the browser tells nothing. Never rejects. */
export const listDevices = async (): Promise<DeviceList> => {
  const list: DeviceList = { mic: [], camera: [], speaker: [] };
  try {
    for (const device of await navigator.mediaDevices.enumerateDevices()) {
      if (device.deviceId !== '') list[kinds[device.kind]].push({ id: device.deviceId, label: device.label });
    }
  } catch {
    // No mediaDevices here, or the page may not ask.
  }
  return list;
};

/** Whether asking would show no prompt, so that a preview may start without a click. */
export const isAllowed = async (kind: 'mic' | 'camera'): Promise<boolean> => {
  try {
    const name = (kind === 'mic' ? 'microphone' : 'camera') as PermissionName;
    return (await navigator.permissions.query({ name })).state === 'granted';
  } catch {
    return false;
  }
};

/** The one prompt for both devices; null where either is refused, missing or busy, so that each is then tried alone. */
export const openBoth = async (
  audio: MediaTrackConstraints,
  video: MediaTrackConstraints,
): Promise<{ mic: MediaStreamTrack; camera: MediaStreamTrack } | null> => {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    const [mic] = stream.getAudioTracks();
    const [camera] = stream.getVideoTracks();
    if (camera) camera.contentHint = 'motion';
    return mic && camera ? { mic, camera } : null;
  } catch {
    return null;
  }
};

/** Whether `<audio>` can be sent to a chosen speaker here. */
export const canChooseSpeaker = (): boolean =>
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** Phones cannot share a screen; there the button would only disappoint. */
export const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function';
