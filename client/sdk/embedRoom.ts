// The whole page of a Room in a frame of somebody else's page, which never sees its keys, its pictures or its words.
import {
  EMBED_PATH,
  EmbedHello,
  EmbedReport,
  embedOpen,
  parseEmbed,
  type EmbedOpen,
  type EmbedRequest,
  type EmbedState,
} from '#core';

export interface EmbedOptions extends Pick<EmbedOpen, 'displayName' | 'language' | 'theme'> {
  /** Of the frame, for screen readers; `Meeting` where none is given. */
  title?: string;
  /** Called with each new state, the first one included. */
  onState?(state: EmbedState): void;
}

export type EmbedOutcome = { ok: true } | { ok: false; fault: string };

export interface Embed {
  readonly element: HTMLIFrameElement;
  readonly state: EmbedState;
  setMic(on: boolean): Promise<EmbedOutcome>;
  setCamera(on: boolean): Promise<EmbedOutcome>;
  setScreen(on: boolean): Promise<EmbedOutcome>;
  /** Leaves the Room; the frame stays and offers to come back. */
  leave(): Promise<EmbedOutcome>;
  /** Takes the frame away, and whoever is in it out of the Room. */
  close(): void;
}

/** What the Room's page needs; each can be taken away by whoever embeds, and the page then says so. */
const POWERS = [
  'camera',
  'microphone',
  'display-capture',
  'fullscreen',
  'picture-in-picture',
  'screen-wake-lock',
  'autoplay',
  'clipboard-write',
  'speaker-selection',
];

/** A server that lets nobody embed, or not this page, is never heard of: browsers do not say why a frame stays empty. */
const HELLO_TIMEOUT_MS = 15_000;

/**
 * Shows the Room that `link` opens in a frame inside `container`. The link is given to the frame by message and stands in no address.
 * @throws TypeError where `link` is no URL
 */
export function embedRoom(container: Element, link: string, options: EmbedOptions = {}): Embed {
  return new EmbeddedRoom(container, link, options);
}

class EmbeddedRoom implements Embed {
  readonly element: HTMLIFrameElement;
  readonly #origin: string;
  readonly #link: string;
  readonly #options: EmbedOptions;
  readonly #waiting = new Map<number, (outcome: EmbedOutcome) => void>();
  readonly #patience: ReturnType<typeof setTimeout>;
  #state: EmbedState = { phase: 'loading' };
  #port: MessagePort | null = null;
  #lastId = 0;
  #closed = false;

  constructor(container: Element, link: string, options: EmbedOptions) {
    this.#origin = new URL(link).origin;
    this.#link = link;
    this.#options = options;
    this.element = document.createElement('iframe');
    this.element.title = options.title ?? 'Meeting';
    this.element.allow = POWERS.map((power) => `${power} ${this.#origin}`).join('; ');
    this.element.referrerPolicy = 'no-referrer';
    this.element.src = this.#origin + EMBED_PATH;
    this.#patience = setTimeout(() => this.#set({ phase: 'refused', cause: 'unreachable' }), HELLO_TIMEOUT_MS);
    addEventListener('message', this.#handleHello);
    container.append(this.element);
    options.onState?.(this.#state);
  }

  get state(): EmbedState {
    return this.#state;
  }

  setMic(on: boolean): Promise<EmbedOutcome> {
    return this.#ask({ what: 'mic', on });
  }

  setCamera(on: boolean): Promise<EmbedOutcome> {
    return this.#ask({ what: 'camera', on });
  }

  setScreen(on: boolean): Promise<EmbedOutcome> {
    return this.#ask({ what: 'screen', on });
  }

  leave(): Promise<EmbedOutcome> {
    return this.#ask({ what: 'leave' });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#patience);
    removeEventListener('message', this.#handleHello);
    this.#hangUp();
    this.element.remove();
  }

  /** Again after each reload of the frame, which forgets everything. */
  readonly #handleHello = (event: MessageEvent): void => {
    if (event.source !== this.element.contentWindow || event.origin !== this.#origin) return;
    if (parseEmbed(EmbedHello, event.data) === null) return;
    clearTimeout(this.#patience);
    this.#hangUp();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.addEventListener('message', ({ data }) => this.#handleReport(data));
    port1.start();
    const { displayName, language, theme } = this.#options;
    const open = embedOpen({
      link: this.#link,
      ...(displayName !== undefined && { displayName }),
      ...(language !== undefined && { language }),
      ...(theme !== undefined && { theme }),
    });
    this.element.contentWindow?.postMessage(open, this.#origin, [port2]);
  };

  #handleReport(data: unknown): void {
    const report = parseEmbed(EmbedReport, data);
    if (report === null || this.#closed) return;
    if (report.say === 'state') {
      // Of our own server's page; its words are newer or older than ours at the most.
      this.#set(report.state as EmbedState);
      return;
    }
    this.#waiting.get(report.id)?.(report.ok ? { ok: true } : { ok: false, fault: report.fault ?? 'failed' });
    this.#waiting.delete(report.id);
  }

  #ask(request: { what: 'mic' | 'camera' | 'screen'; on: boolean } | { what: 'leave' }): Promise<EmbedOutcome> {
    const port = this.#port;
    if (port === null) return Promise.resolve({ ok: false, fault: 'notIn' });
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const message: EmbedRequest = { id, ...request };
      port.postMessage(message);
    });
  }

  #set(state: EmbedState): void {
    this.#state = state;
    this.#options.onState?.(state);
  }

  #hangUp(): void {
    this.#port?.close();
    this.#port = null;
    for (const answer of this.#waiting.values()) answer({ ok: false, fault: 'notIn' });
    this.#waiting.clear();
  }
}
