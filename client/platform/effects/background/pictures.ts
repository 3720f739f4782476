// Where a browser has no streams of frames (Firefox, Safari): a hidden video gives pictures one by one, a canvas sends them on.
import type { FrameWay, Send } from './frameWay.ts';
import type { Look } from './protocol.ts';

/** A tab that is not seen draws its canvas about once a second there, so the others see few frames until it is seen again. */
export function openPictures(camera: MediaStreamTrack, look: Look, send: Send): FrameWay {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([camera]);
  video.play().catch(() => undefined);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  const [track] = canvas.captureStream().getVideoTracks();
  if (context === null || track === undefined) throw new Error('no canvas to send from');
  // One picture is under way at most.
  let isBusy = false;
  let closed = false;
  send({ kind: 'pictures', look });
  return {
    track,
    handleTick() {
      if (isBusy || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      isBusy = true;
      createImageBitmap(video).then(
        (picture) => {
          if (closed) picture.close();
          else send({ kind: 'picture', picture }, [picture]);
          isBusy = false;
        },
        () => (isBusy = false),
      );
    },
    show(picture) {
      if (picture === undefined) return;
      // Setting a size clears the canvas, even to the same one.
      if (canvas.width !== picture.width) canvas.width = picture.width;
      if (canvas.height !== picture.height) canvas.height = picture.height;
      context.drawImage(picture, 0, 0);
      picture.close();
    },
    close() {
      closed = true;
      video.srcObject = null;
    },
  };
}
