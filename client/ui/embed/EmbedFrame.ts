// The page as a frame in somebody else's: hears which Room to show from a page that may embed it, and tells it how that goes.
import { effect } from '@preact/signals';
import {
  EMBED_HELLO,
  EmbedOpen,
  EmbedRequest,
  parseEmbed,
  type EmbedReport,
  type EmbedState,
  type RoomClient,
} from '#core';
import type { AppModel, Screen } from '../AppModel.ts';
import { personName } from '../personName.ts';
import { language } from '../i18n/index.ts';
import { theme } from '../theme.ts';

export interface EmbedFrameOptions {
  app: AppModel;
  /** Origins whose pages may embed this one; rejects where the server does not answer. */
  askEmbedders(): Promise<readonly string[]>;
  /** The page around this one, which is this one where it is in no frame. */
  parent: Window;
  self: Window;
}

/** What the page around is told: never a name, a word or a key. */
export const embedStateOf = (screen: Screen): EmbedState => {
  switch (screen.name) {
    case 'embed':
      return screen.cause === null ? { phase: 'loading' } : { phase: 'refused', cause: screen.cause };
    case 'call':
      return stateOfCall(screen.call.state.value);
    case 'preJoin':
    case 'home':
    case 'brokenLink':
    case 'protect':
      return { phase: 'preJoin' };
  }
};

const stateOfCall = (state: ReturnType<RoomClient['state']['get']>): EmbedState => {
  switch (state.phase) {
    case 'idle':
      return { phase: 'joining', step: 'admission' };
    case 'joining':
      return { phase: 'joining', step: state.step };
    case 'ended':
      return { phase: 'ended', reason: state.reason };
    case 'in': {
      const { connection, security, self, participants } = state;
      return {
        phase: 'in',
        connection: connection === 'online' ? connection : 'reconnecting',
        sealed: security.state === 'sealed',
        participants: participants.length,
        mic: self.mic.state === 'on',
        camera: self.camera.state === 'on',
        screen: self.screen.state === 'on',
      };
    }
  }
};

export class EmbedFrame {
  readonly #options: EmbedFrameOptions;
  #embedders: readonly string[] = [];
  #port: MessagePort | null = null;
  #stopReports: () => void = () => undefined;
  #told = '';

  constructor(options: EmbedFrameOptions) {
    this.#options = options;
  }

  /** Says hello once it knows whom it may listen to. Never rejects. */
  async start(): Promise<void> {
    const { app, parent, self, askEmbedders } = this.#options;
    if (parent === self) return app.refuseEmbed('origin');
    try {
      this.#embedders = await askEmbedders();
    } catch {
      return app.refuseEmbed('unreachable');
    }
    self.addEventListener('message', this.#handleOpen);
    // To anybody: it holds nothing, and a frame is not told who frames it.
    parent.postMessage(EMBED_HELLO, '*');
  }

  close(): void {
    this.#options.self.removeEventListener('message', this.#handleOpen);
    this.#stopReports();
    this.#port?.close();
    this.#port = null;
  }

  readonly #handleOpen = (event: MessageEvent): void => {
    const { app, parent } = this.#options;
    const open = event.source === parent ? parseEmbed(EmbedOpen, event.data) : null;
    const [port] = event.ports;
    // One Room a frame: another one is another frame.
    if (open === null || port === undefined || this.#port !== null) return;
    // Browsers keep others from framing this page; a browser that did not is caught here.
    if (!this.#embedders.includes(event.origin)) return app.refuseEmbed('origin');
    this.#port = port;
    port.addEventListener('message', ({ data }) => void this.#handleRequest(data));
    port.start();
    if (open.language !== undefined) language.value = open.language;
    if (open.theme !== undefined) theme.value = open.theme;
    if (open.displayName !== undefined) personName.value = open.displayName;
    app.openEmbedded(open.link);
    this.#stopReports = effect(() => this.#report(embedStateOf(app.screen.value)));
  };

  #report(state: EmbedState): void {
    const told = JSON.stringify(state);
    // A Room's state changes with every word spoken.
    if (told === this.#told) return;
    this.#told = told;
    this.#say({ say: 'state', state });
  }

  async #handleRequest(data: unknown): Promise<void> {
    const request = parseEmbed(EmbedRequest, data);
    if (request === null) return;
    const { id } = request;
    const outcome = await this.#carryOut(request);
    this.#say(outcome.ok ? { say: 'done', id, ok: true } : { say: 'done', id, ok: false, fault: outcome.fault });
  }

  async #carryOut(request: EmbedRequest): Promise<{ ok: true } | { ok: false; fault: string }> {
    const screen = this.#options.app.screen.value;
    const client = screen.name === 'call' && screen.call.state.value.phase === 'in' ? screen.call.client : null;
    if (client === null) return { ok: false, fault: 'notIn' };
    switch (request.what) {
      case 'mic':
        return client.setMic(request.on);
      case 'camera':
        return client.setCamera(request.on);
      case 'screen':
        return client.setScreen(request.on);
      case 'leave':
        client.leave();
        return { ok: true };
    }
  }

  #say(report: EmbedReport): void {
    this.#port?.postMessage(report);
  }
}
