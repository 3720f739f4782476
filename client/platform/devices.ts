// Microphone, camera and screen, asked for the way each is best sent.
import type { ScreenPurpose } from '#core';
import { settleRefusal, toDeviceError } from './deviceFaults.ts';

/** Voice: the browser's own echo canceller beats anything later in the chain. */
export function micConstraints(deviceId?: string): MediaTrackConstraints {
  return {
    ...(deviceId && { deviceId: { exact: deviceId } }),
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: { ideal: 1 },
  };
}

/**
 * The microphone or the line of a hall. Where it hears the speakers, what this page plays is taken out of it, and nothing else: to a
 * noise suppressor applause is noise. Where it comes without them (a mix-minus of the desk) it is sent as it is, in stereo.
 */
export function lineConstraints({ deviceId, clean }: { deviceId?: string; clean: boolean }): MediaTrackConstraints {
  return {
    ...(deviceId && { deviceId: { exact: deviceId } }),
    echoCancellation: !clean,
    noiseSuppression: false,
    autoGainControl: false,
    channelCount: { ideal: clean ? 2 : 1 },
  };
}

/** 720p at 30: what the top layer is made for; more heats phones and is scaled away. */
export function cameraConstraints(deviceId?: string): MediaTrackConstraints {
  return {
    ...(deviceId && { deviceId: { exact: deviceId } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

/** Rejects with a DeviceError. */
export async function getMicrophone(deviceId?: string): Promise<MediaStreamTrack> {
  return getOne({ audio: micConstraints(deviceId) });
}

/** Rejects with a DeviceError. */
export async function getLine(options: { deviceId?: string; clean: boolean }): Promise<MediaStreamTrack> {
  const track = await getOne({ audio: lineConstraints(options) });
  track.contentHint = 'music';
  return track;
}

/** Rejects with a DeviceError. */
export async function getCamera(deviceId?: string): Promise<MediaStreamTrack> {
  const track = await getOne({ video: cameraConstraints(deviceId) });
  track.contentHint = 'motion';
  return track;
}

/** What a browser's own picker of screens is asked for beyond the standard's types; others pass over it. */
interface PickerWishes {
  /** The box for sound is there, and the person decides. */
  systemAudio: 'include';
  /** This very tab would show itself in itself. */
  selfBrowserSurface: 'exclude';
  /** Another tab can be taken without stopping. */
  surfaceSwitching: 'include';
}
const PICKER: PickerWishes = { systemAudio: 'include', selfBrowserSurface: 'exclude', surfaceSwitching: 'include' };

/** Text: sharp at a low frame rate. Films: smooth. */
const FRAME_RATES: Readonly<Record<ScreenPurpose, ConstrainDoubleRange>> = {
  detail: { ideal: 15, max: 15 },
  motion: { ideal: 30, max: 30 },
};

/** Takes effect while it is being sent; a browser that cannot take more frames goes on with those it has. */
export function tuneScreen(track: MediaStreamTrack, purpose: ScreenPurpose): void {
  track.contentHint = purpose === 'detail' ? 'text' : 'motion';
  track.applyConstraints({ frameRate: FRAME_RATES[purpose] }).catch(() => undefined);
}

/** Sharp text at a low frame rate, with the sound of what is shown where the browser can. Rejects with a DeviceError. */
export async function getScreen(): Promise<{ video: MediaStreamTrack; audio?: MediaStreamTrack }> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      // As much as may be wanted later: what a browser takes of a screen can be thinned, but not always raised.
      video: { frameRate: FRAME_RATES.motion },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      ...PICKER,
    });
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (!video) throw new DOMException('no picture', 'NotReadableError');
    tuneScreen(video, 'detail');
    if (audio) audio.contentHint = 'music';
    return audio ? { video, audio } : { video };
  } catch (error) {
    throw toDeviceError(error, 'screen');
  }
}

async function getOne(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia(constraints)).getTracks();
    if (!track) throw new DOMException('no track', 'NotFoundError');
    return track;
  } catch (error) {
    throw settleRefusal(toDeviceError(error, 'device'), await permissionsOf(constraints));
  }
}

/** Empty where the browser does not tell. */
async function permissionsOf({ audio }: MediaStreamConstraints): Promise<PermissionState[]> {
  const name = (audio ? 'microphone' : 'camera') as PermissionName;
  try {
    return [(await navigator.permissions.query({ name })).state];
  } catch {
    return [];
  }
}
