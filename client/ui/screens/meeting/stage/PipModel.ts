// The small window over others: of the browser's two kinds the one that holds controls, else the one that holds a picture only.
import { signal } from '@preact/signals';
import { t } from '../../../i18n/index.ts';
import { pipKind } from '../../../media/pictureInPicture.ts';

export type PipState =
  | { state: 'closed' }
  | { state: 'opening' }
  | { state: 'document'; window: Window }
  | { state: 'video'; window: PictureInPictureWindow };

/** A face in 16:9 above one row of buttons. */
const SIZE = { width: 400, height: 290 };

export class PipModel {
  readonly now = signal<PipState>({ state: 'closed' });
  /** The picture of the kind that holds nothing else; null while there is none. */
  source: HTMLVideoElement | null = null;
  readonly #tell: (text: string) => void;
  #closed = false;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** Within a press: browsers open nothing by themselves. */
  readonly toggle = async (): Promise<void> => {
    if (this.now.value.state === 'opening' || this.#closed) return;
    if (this.now.value.state !== 'closed') return this.#shut();
    const kind = pipKind();
    if (kind === 'none') return;
    this.now.value = { state: 'opening' };
    try {
      const opened = kind === 'document' ? await this.#openDocument() : await this.#openVideo();
      this.now.value = opened;
      if (this.#closed) this.#shut();
    } catch {
      this.now.value = { state: 'closed' };
      this.#tell(t(kind === 'video' && !this.#hasPicture() ? 'pip.nothing' : 'pip.failed'));
    }
  };

  /** By the window's own button, too. */
  readonly gone = (): void => {
    this.now.value = { state: 'closed' };
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shut();
  }

  async #openDocument(): Promise<PipState> {
    const opened = await window.documentPictureInPicture?.requestWindow(SIZE);
    if (opened === undefined) throw new Error('no window');
    opened.addEventListener('pagehide', this.gone, { once: true });
    return { state: 'document', window: opened };
  }

  async #openVideo(): Promise<PipState> {
    const { source } = this;
    if (source === null || !this.#hasPicture()) throw new Error('no picture');
    const opened = await source.requestPictureInPicture();
    source.addEventListener('leavepictureinpicture', this.gone, { once: true });
    return { state: 'video', window: opened };
  }

  #hasPicture(): boolean {
    return this.source !== null && this.source.readyState >= HTMLMediaElement.HAVE_METADATA;
  }

  #shut(): void {
    const open = this.now.value;
    this.now.value = { state: 'closed' };
    if (open.state === 'document') open.window.close();
    if (open.state === 'video') document.exitPictureInPicture().catch(() => undefined);
  }
}
