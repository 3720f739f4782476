// A video element that plays one track and nothing else; sound never comes through it.
import { useEffect, useRef } from 'preact/hooks';
import { pipKind } from '../media/pictureInPicture.ts';

interface PictureProps {
  track: MediaStreamTrack;
  mirrored?: boolean;
  /** Lies unseen over another picture whose place it is to take. */
  arriving?: boolean;
  /** Stands still at what it shows, and goes on with what is live then. */
  paused?: boolean;
  label: string;
  /** Once the first frame of `track` is there to be seen; until then the element is an empty box. */
  onPainted?: () => void;
  /** Of one that arrives: once it has shown so many frames that it may be seen. */
  onRunning?: () => void;
}

/** The first frame of a stream that just began is often followed by a pause; more keeps the old picture longer than it need be. */
const RUNNING_FRAMES = 6;

/** Browsers without the callback (Firefox before 132) take the first frame for enough. */
const countFrames = (element: HTMLVideoElement, onRunning: () => void): (() => void) => {
  if (!('requestVideoFrameCallback' in HTMLVideoElement.prototype)) {
    element.addEventListener('loadeddata', onRunning);
    return () => element.removeEventListener('loadeddata', onRunning);
  }
  let frames = 0;
  let handle = 0;
  const next = (): void => {
    handle = element.requestVideoFrameCallback(() => {
      frames += 1;
      if (frames < RUNNING_FRAMES) next();
      else onRunning();
    });
  };
  next();
  return () => element.cancelVideoFrameCallback(handle);
};

export const Picture = ({ track, mirrored, arriving, paused, label, onPainted, onRunning }: PictureProps) => {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    // Muted pictures may always play; a rejection only means that the element was taken away meanwhile.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    if (paused === undefined) return;
    if (paused) video.current?.pause();
    else video.current?.play().catch(() => {});
  }, [paused, track]);
  const running = useRef(onRunning);
  running.current = onRunning;
  useEffect(() => {
    if (!arriving || video.current === null) return;
    return countFrames(video.current, () => running.current?.());
  }, [track, arriving]);
  return (
    <video
      ref={video}
      class={`picture${mirrored ? ' mirrored' : ''}${arriving ? ' arriving' : ''}`}
      muted
      playsInline
      autoplay
      onLoadedData={onPainted}
      aria-label={label}
      // A browser without either kind has a button of its own over each picture.
      disablePictureInPicture={pipKind() !== 'none'}
    />
  );
};
