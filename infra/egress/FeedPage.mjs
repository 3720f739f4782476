// Owns the feed page in Chromium: opens it, asks it for its picture and sound, and passes on what it says.
import { chromium } from 'playwright-core';
import { deferred } from './deferred.mjs';

/** The last chunk is out by then, or the page does not answer. */
const LAST_CHUNK_MS = 10_000;
/** What it has not said by then the server finds out by itself. */
const LEAVE_MS = 2_000;
const SIZES = { 720: { width: 1280, height: 720 }, 1080: { width: 1920, height: 1080 } };
const LOCALES = { en: 'en-GB', fr: 'fr-FR' };

const sizeOf = (link) => (/[&]size=1080(&|$)/.test(link) ? SIZES[1080] : SIZES[720]);

const launch = ({ link, chromiumBin, folder, sandbox, language, timeZone }) =>
  chromium.launchPersistentContext(folder, {
    executablePath: chromiumBin,
    viewport: sizeOf(link),
    chromiumSandbox: sandbox,
    locale: LOCALES[language],
    ...(timeZone !== null && { timezoneId: timeZone }),
    args: [
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      // A page that asks for itself gets itself; there is nothing else to be had here.
      '--auto-accept-this-tab-capture',
    ],
    // Ours: what was taken is written first.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });

export class FeedPage {
  #options;
  #context = null;
  #page = null;
  #ended = deferred();
  #isClosing = false;

  /**
   * @param {{ link: string, chromiumBin: string, folder: string, sandbox: boolean, language: 'en' | 'fr', timeZone: string | null,
   *   onReady: () => void, onChunk: (take: number, chunk: Buffer) => Promise<void>, onLeftOut: (ms: number) => void,
   *   onFault: (why: string) => void, onOver: (reason: string) => void }} options `onReady`: it may be asked from now on
   */
  constructor(options) {
    this.#options = options;
  }

  async open() {
    this.#context = await launch(this.#options);
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    this.#page.on('crash', () => this.#fault('the page crashed'));
    this.#context.on('close', () => this.#fault('Chromium ended'));
    await this.#page.exposeBinding('conclaveEgress', (_source, handed) => this.#handle(handed));
    await this.#page.goto(this.#options.link);
  }

  /** A WebM from its first byte on, whose chunks bear that number. */
  take(number) {
    void this.#ask({ take: number });
  }

  /** No more of the WebM that it makes. */
  drop() {
    void this.#ask('drop');
  }

  /** Resolves once all of the WebM came, or it will not. Never rejects. */
  async finish() {
    this.#isClosing = true;
    const late = new Promise((resolve) => setTimeout(resolve, LAST_CHUNK_MS).unref());
    await Promise.race([this.#ask('finish').then((isAsked) => isAsked && this.#ended.promise), late]);
  }

  /** The page leaves the room as one that is closed by a person: its device holds keys no longer than it has to. */
  async close() {
    this.#isClosing = true;
    await this.#page?.goto('about:blank', { timeout: LEAVE_MS }).catch(() => undefined);
    await this.#context?.close().catch(() => undefined);
  }

  /** Asked like this it counts as asked by a person, without whom no page may capture anything. */
  async #ask(detail) {
    try {
      await this.#page.evaluate(
        (asked) => dispatchEvent(new CustomEvent('conclave-egress', { detail: asked })),
        detail,
      );
      return true;
    } catch {
      // It is gone, and what ended it tells so.
      return false;
    }
  }

  async #handle(handed) {
    const { onReady, onChunk, onLeftOut, onOver } = this.#options;
    if (handed.ready) onReady();
    else if (handed.end) this.#ended.resolve();
    else if (handed.fault) this.#fault(handed.fault);
    else if (handed.over) onOver(handed.over);
    else if (handed.leftOutMs) onLeftOut(handed.leftOutMs);
    else await onChunk(handed.take, Buffer.from(handed.chunk, 'base64'));
  }

  #fault(why) {
    if (!this.#isClosing) this.#options.onFault(why);
  }
}
