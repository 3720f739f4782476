// What the page knows of recording in this room: one's own from the first click to the file, and which of the others' was answered.
import { effect, signal } from '@preact/signals';
import type { RecorderView, RoomClient, RoomView } from '#core';
import { t } from '../../../i18n/index.ts';
import { keepRecording } from '../../../media/recording/keptRecordings.ts';
import { faultOfRecording, Recorder, type RecordingFault } from '../../../media/recording/Recorder.ts';
import { watchTake } from '../../../media/recording/watchTake.ts';
import { meetingPicture, type Quality } from '../../../media/recording/meetingPicture.ts';
import { recordingName } from '../../../viewModels/recordingName.ts';
import { recordedScene } from '../../../viewModels/recordedScene.ts';
import { nameOf } from '../words.ts';

export type OwnRecordingState =
  | { state: 'off' }
  /** The disk is looked at, then the group is told: nothing is kept yet. */
  | { state: 'telling' }
  | { state: 'on'; sinceMs: number; bytes: number; isDiskLow: boolean }
  | { state: 'saving' };

export type RecordingDialog = 'none' | 'ask' | 'who' | 'kept';

export interface RecordingModelOptions {
  client: RoomClient;
  view: () => RoomView;
  lastSpeaker: () => string | null;
  page: () => number;
  /** On the screen and aloud. */
  tell(text: string, tone: 'plain' | 'warning'): void;
}

/** The time in the bar is by the second; the disk is asked less often. */

export class RecordingModel {
  readonly own = signal<OwnRecordingState>({ state: 'off' });
  readonly dialog = signal<RecordingDialog>('none');
  readonly #answered = signal<ReadonlySet<number>>(new Set());
  readonly #options: RecordingModelOptions;
  #recorder: Recorder | null = null;
  #stopWatching: () => void = () => undefined;
  #stopFollowing: () => void;

  constructor(options: RecordingModelOptions) {
    this.#options = options;
    // The room is gone, or the word was taken back: then nothing may be kept any more.
    this.#stopFollowing = effect(() => {
      const { state } = options.view().recording.mine;
      if (state === 'off' && this.own.peek().state === 'on') void this.stop();
    });
  }

  /** Whose recording the person has not answered to. */
  get unanswered(): RecorderView[] {
    return this.#options.view().recording.recorders.filter(({ id }) => !this.#answered.value.has(id));
  }

  readonly answer = (): void => {
    const ids = this.#options.view().recording.recorders.map(({ id }) => id);
    this.#answered.value = new Set([...this.#answered.value, ...ids]);
  };

  readonly open = (dialog: RecordingDialog): void => {
    this.dialog.value = dialog;
  };

  readonly closeDialog = (): void => {
    this.dialog.value = 'none';
  };

  /** To be called in a click. */
  readonly start = async (quality: Quality): Promise<void> => {
    if (this.own.value.state !== 'off') return;
    this.closeDialog();
    this.own.value = { state: 'telling' };
    const recorder = this.#createRecorder(quality);
    this.#recorder = recorder;
    try {
      await recorder.prepare();
      if (this.#recorder !== recorder || !(await this.#options.client.recording.start())) {
        await this.#end(recorder);
        return;
      }
      await recorder.run();
    } catch (error) {
      await this.#end(recorder);
      const fault = faultOfRecording(error);
      this.#tellFault(fault === 'failed' ? 'notStarted' : fault);
      return;
    }
    if (this.#recorder !== recorder) return;
    this.own.value = { state: 'on', sinceMs: Date.now(), bytes: 0, isDiskLow: false };
    this.#stopWatching = watchTake({
      own: this.own,
      bytes: () => recorder.bytes,
      onDiskLow: () => this.#options.tell(t('recording.diskLow'), 'warning'),
    });
    this.#options.tell(t('recording.say.on'), 'plain');
  };

  /** Before it began as well. */
  readonly stop = async (): Promise<void> => {
    const recorder = this.#recorder;
    if (recorder === null || this.own.value.state === 'saving') return;
    if (this.own.value.state === 'telling') {
      await this.#end(recorder);
      return;
    }
    this.own.value = { state: 'saving' };
    await this.#end(recorder);
    this.#options.tell(t('recording.say.off'), 'plain');
    this.dialog.value = 'kept';
  };

  /** What was kept stays on the disk, and is offered on the next screen. */
  close(): void {
    this.#stopFollowing();
    if (this.#recorder !== null) void this.#end(this.#recorder);
  }

  #createRecorder(quality: Quality): Recorder {
    const { view, lastSpeaker, page } = this.#options;
    return new Recorder({
      ...meetingPicture(quality, {
        scene: (box) => {
          const now = view();
          const { mine } = now.recording;
          const told = mine.state === 'on' ? mine.told : [];
          return recordedScene(now, { told, box, lastSpeaker: lastSpeaker(), page: page() });
        },
        words: () => ({
          clock: new Date().toLocaleString(),
          nameOf: (tile) =>
            tile.stream === 'screen' ? t('tile.screenOf', { name: nameOf(tile.name) }) : nameOf(tile.name),
        }),
      }),
      name: recordingName(new Date()),
      onFault: (fault) => void this.#failed(fault),
    });
  }

  /** The file first: the others are told that it ended once it did. */
  async #end(recorder: Recorder): Promise<void> {
    this.#stopWatching();
    if (this.#recorder === recorder) this.#recorder = null;
    await recorder.finish();
    this.#options.client.recording.stop();
    if (recorder.name !== null && recorder.bytes > 0) await keepRecording(recorder.name);
    this.own.value = { state: 'off' };
  }

  async #failed(fault: RecordingFault): Promise<void> {
    await this.stop();
    this.#tellFault(fault);
  }

  #tellFault(fault: RecordingFault | 'notStarted'): void {
    this.#options.tell(t(`recording.fault.${fault}`), 'warning');
  }
}
