// Microphone, camera and screen, asked for the way each is best sent.
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
export async function getCamera(deviceId?: string): Promise<MediaStreamTrack> {
  const track = await getOne({ video: cameraConstraints(deviceId) });
  track.contentHint = 'motion';
  return track;
}

/** Sharp text at a low frame rate, with the sound of what is shown where the browser can. Rejects with a DeviceError. */
export async function getScreen(): Promise<{ video: MediaStreamTrack; audio?: MediaStreamTrack }> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (!video) throw new DOMException('no picture', 'NotReadableError');
    video.contentHint = 'text';
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
