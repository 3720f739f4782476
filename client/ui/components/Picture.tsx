// A video element that plays one track and nothing else; sound never comes through it.
import { useEffect, useRef } from 'preact/hooks';

export const Picture = ({ track, mirrored, label }: { track: MediaStreamTrack; mirrored?: boolean; label: string }) => {
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
  return (
    <video
      ref={video}
      class={mirrored ? 'picture mirrored' : 'picture'}
      muted
      playsInline
      autoplay
      aria-label={label}
      disablePictureInPicture
    />
  );
};
