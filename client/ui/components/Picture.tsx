// A video element that plays one track and nothing else; sound never comes through it.
import { useEffect, useRef } from 'preact/hooks';

interface PictureProps {
  track: MediaStreamTrack;
  mirrored?: boolean;
  label: string;
  /** Once the first frame of `track` is there to be seen; until then the element is an empty box. */
  onPainted?: () => void;
}

export const Picture = ({ track, mirrored, label, onPainted }: PictureProps) => {
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
      onLoadedData={onPainted}
      aria-label={label}
      disablePictureInPicture
    />
  );
};
