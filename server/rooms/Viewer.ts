// One device of the audience: it receives what is on air, holds no place among the Peers, and is gone with its Connection.
import type { PeerId } from '#protocol/ids';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Admission, PeerSink, ReleaseReason, ViewerMedia } from './ports.ts';

/** joining → watching → closed; any → closed. `joining`: its Transport is being made. */
type ViewerState = { phase: 'joining' | 'watching'; sink: PeerSink } | { phase: 'closed' };

export class Viewer {
  readonly id: PeerId;
  readonly role = 'viewer';
  readonly linkGeneration: number;
  #state: ViewerState;
  #media: ViewerMedia | null = null;
  #sequence = 0;
  #resets = 0;

  constructor({ peerId, linkGeneration }: Pick<Admission, 'peerId' | 'linkGeneration'>, sink: PeerSink) {
    this.id = peerId;
    this.linkGeneration = linkGeneration;
    this.#state = { phase: 'joining', sink };
  }

  get phase(): ViewerState['phase'] {
    return this.#state.phase;
  }

  get sink(): PeerSink | null {
    return this.#state.phase === 'closed' ? null : this.#state.sink;
  }

  get media(): ViewerMedia | null {
    return this.#media;
  }

  /** Grows with every Worker that died behind it: a Transport made under an earlier count is worth nothing. */
  get resets(): number {
    return this.#resets;
  }

  noteReset(): void {
    this.#resets += 1;
  }

  /** Takes ownership: the media ends with the viewer. */
  takeMedia(media: ViewerMedia): void {
    this.#media = media;
    if (this.#state.phase === 'closed') media.close();
  }

  /** Numbered as a Peer's, and not kept: nobody comes back for it. */
  notify = <Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void => {
    if (this.#state.phase === 'closed') return;
    this.#sequence += 1;
    this.#state.sink.deliver({ name, payload, sequence: this.#sequence });
  };

  admit(): void {
    if (this.#state.phase === 'joining') this.#state = { phase: 'watching', sink: this.#state.sink };
  }

  close(reason: ReleaseReason): void {
    const former = this.#state;
    if (former.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    this.#media?.close();
    former.sink.release(reason);
  }
}
