// A meeting as it is recorded: the stage on a canvas, everybody's voice, and in how much of a file.
import type { RecordedScene } from '../../viewModels/recordedScene.ts';
import { Composer, type ComposerWords } from './Composer.ts';
import type { RecordedFormat, RecorderOptions } from './Recorder.ts';

export type Quality = 'standard' | 'high';

const SIZES = {
  standard: { width: 1280, height: 720, videoBitsPerSecond: 1_500_000 },
  high: { width: 1920, height: 1080, videoBitsPerSecond: 3_500_000 },
} as const satisfies Record<Quality, unknown>;
/** More costs encoders' time all along and shows little more of a meeting. */
const FRAMES_PER_SECOND = 15;

export interface MeetingSight {
  /** What is to be seen and heard now, in a picture of that size. */
  scene(box: { width: number; height: number }): RecordedScene;
  words(): ComposerWords;
}

/** What a Recorder is given of it. */
export const meetingPicture = (
  quality: Quality,
  { scene, words }: MeetingSight,
): Pick<RecorderOptions, 'format' | 'picture' | 'voices'> => {
  const { width, height, videoBitsPerSecond } = SIZES[quality];
  const composer = new Composer(width, height);
  let voices: RecordedScene['voices'] = [];
  const draw = (): boolean => {
    const now = scene({ width, height });
    ({ voices } = now);
    composer.draw(now.tiles, words());
    return true;
  };
  const format: RecordedFormat = { framesPerSecond: FRAMES_PER_SECOND, videoBitsPerSecond, sound: 'mixed' };
  return { format, picture: { canvas: composer.canvas, draw, close: () => composer.close() }, voices: () => voices };
};
