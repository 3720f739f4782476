// Where the others are heard: one audio element per track, each sent to the chosen speaker.
import { useEffect, useRef } from 'preact/hooks';
import { chosenDevices } from '../media/chosenDevices.ts';

export interface Voice {
  key: string;
  track: MediaStreamTrack;
  /** 0 … 100; 100 as it comes. */
  volume: number;
}
interface SoundsProps {
  voices: Voice[];
  /** The browser wants a touch first. */
  onBlocked: () => void;
  /** The system stopped one; this page never does. */
  onPaused: () => void;
  onPlaying: () => void;
  /** Grows with each touch that may unblock. */
  attempt: number;
}

export const Sounds = ({ voices, ...props }: SoundsProps) => (
  <div hidden>
    {voices.map((voice) => (
      <VoiceSound key={voice.key} voice={voice} {...props} />
    ))}
  </div>
);

type VoiceSoundProps = { voice: Voice } & Omit<SoundsProps, 'voices'>;

const VoiceSound = ({ voice, onBlocked, onPaused, onPlaying, attempt }: VoiceSoundProps) => {
  const audio = useRef<HTMLAudioElement>(null);
  const speaker = chosenDevices.speaker.value;
  useEffect(() => {
    const element = audio.current;
    if (element === null) return;
    element.srcObject = new MediaStream([voice.track]);
    return () => {
      element.srcObject = null;
    };
  }, [voice.track]);
  useEffect(() => {
    audio.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked();
    });
  }, [voice.track, attempt, onBlocked]);
  useEffect(() => {
    const element = audio.current;
    // A speaker that was unplugged leaves the system's own in use.
    if (element !== null && 'setSinkId' in element) element.setSinkId(speaker).catch(() => {});
  }, [speaker]);
  useEffect(() => {
    const element = audio.current;
    if (element === null) return;
    // Where the system alone sets the volume (iOS), silence works all the same.
    element.volume = voice.volume / 100;
    element.muted = voice.volume === 0;
  }, [voice.volume]);
  // A track that ended, or an element on its way out, stops as well; that takes nothing from anybody.
  const paused = (): void => {
    if (audio.current?.isConnected && voice.track.readyState === 'live' && audio.current.srcObject !== null) onPaused();
  };
  return <audio ref={audio} autoplay onPause={paused} onPlaying={onPlaying} data-voice={voice.key} />;
};
