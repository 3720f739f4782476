// One Bot that plays a script: comes, acts, leaves, crashes and comes back, for as long as it is let.
import { setTimeout as sleep } from 'node:timers/promises';
import { REACTIONS, type RoomLink, type RoomState } from '#core';
import { Bot } from './Bot.ts';
import { Mouth } from './Mouth.ts';
import { roundMs, type ActName, type Step } from './script.ts';

/** No way to the server for so long where it is told to `lose` its line; well within what the server keeps a place for. */
const LOSE_MS = 5_000;
/** As long as one of the sentences takes. */
const SPEAK_MS = 3_000;
const SENTENCES = [
  'Good morning, everybody.',
  'Can we go back one page?',
  'I agree with what was said before.',
  'Who takes this on until Thursday?',
  'Let us come back to that later.',
];

export interface ActorOptions {
  origin: string;
  link: RoomLink;
  number: number;
  /** Of all: who comes later begins its script later, so that not all act at once. */
  count: number;
  steps: readonly Step[];
  /** Its microphone is on all the time, whatever the script says. */
  talksAlways: boolean;
}

export type Standing = 'coming' | 'in' | 'out' | 'ended';

export class Actor {
  readonly #options: ActorOptions;
  #bot: Bot;
  #standing: Standing = 'coming';
  #turns = 0;
  #saidHere = 0;
  #heardBefore = 0;
  #heardHere = 0;
  #soundsBefore = 0;
  #speaking: NodeJS.Timeout | undefined;
  epoch = -1;
  /** Why it is no more where it should be; null while all is well. */
  endedBy: string | null = null;
  hasBeenIn = false;
  said = 0;
  returned = 0;

  constructor(options: ActorOptions) {
    this.#options = options;
    this.#bot = this.#create();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Messages of others that it has opened. */
  get heard(): number {
    return this.#heardBefore + this.#heardHere;
  }

  /** Frames of sound that it sent. */
  get sounds(): number {
    return this.#soundsBefore + this.#bot.sounds;
  }

  /** Resolves when `signal` ends it, or the Room did. */
  async play(signal: AbortSignal): Promise<void> {
    const { number, count, steps } = this.#options;
    const wait = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => undefined);
    await this.#enter();
    await wait((roundMs(steps) * number) / count);
    while (!signal.aborted && this.#standing !== 'ended') {
      for (const step of steps) {
        if (signal.aborted || this.endedBy !== null) break;
        if (step.what === 'wait') await wait(step.ms);
        else await this.#act(step.what);
      }
    }
    this.close();
  }

  /** With a goodbye. May be called twice. */
  close(): void {
    if (this.#standing === 'in' || this.#standing === 'coming') this.#depart(() => this.#bot.leave());
    this.#standing = 'ended';
  }

  async #act(what: ActName): Promise<void> {
    switch (what) {
      case 'leave':
        return this.#depart(() => this.#bot.leave());
      case 'crash':
        return this.#depart(() => this.#bot.crash());
      case 'return':
        this.#soundsBefore += this.#bot.sounds;
        this.#bot = this.#create();
        await this.#enter();
        this.returned += 1;
        return;
      case 'lose':
        return this.#bot.loseLine(LOSE_MS);
      default:
        return this.#show(what);
    }
  }

  /** Where it is not in the Room at the moment it holds its tongue, as people do. */
  #show(what: 'say' | 'speak' | 'react' | 'raise' | 'lower'): void {
    const { state, acts } = this.#bot;
    if (state.phase !== 'in') return;
    const sentence = SENTENCES[this.#turns % SENTENCES.length] ?? '';
    this.#turns += 1;
    switch (what) {
      case 'say':
        acts.chat.send(sentence);
        return;
      case 'speak':
        acts.captions.make(true);
        acts.captions.listen();
        acts.captions.speak(sentence, true);
        return this.#speakAloud();
      case 'react':
        return void acts.gestures.reactions.send(REACTIONS[this.#turns % REACTIONS.length] ?? REACTIONS[0]);
      case 'raise':
        return acts.gestures.hands.raise();
      case 'lower':
        return acts.gestures.hands.lower();
    }
  }

  #speakAloud(): void {
    const bot = this.#bot;
    bot.talk(true);
    if (this.#options.talksAlways) return;
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => bot.talk(false), SPEAK_MS);
  }

  #create(): Bot {
    const { origin, link, number } = this.#options;
    this.#standing = 'coming';
    const nothing = (): void => undefined;
    return new Bot({
      origin,
      link,
      displayName: `Bot ${number + 1}`,
      mouth: new Mouth(),
      handlers: {
        onState: (state) => this.#follow(state),
        onView: (view) => {
          if (view.state === 'in') this.epoch = view.epoch;
        },
        onRequest: nothing,
        onEvent: nothing,
        onSealed: nothing,
        onOpened: nothing,
      },
    });
  }

  async #enter(): Promise<void> {
    await this.#bot.join();
    this.#follow(this.#bot.state);
    if (this.#standing === 'in' && this.#options.talksAlways) this.#bot.talk(true);
  }

  #follow(state: RoomState): void {
    if (this.#standing === 'out' || this.#standing === 'ended') return;
    if (state.phase === 'in') {
      this.#standing = 'in';
      this.hasBeenIn = true;
      const own = state.chat.filter(({ self }) => self);
      this.#heardHere = state.chat.length - own.length;
      const said = own.filter((entry) => entry.state === 'sent').length;
      this.said += said - this.#saidHere;
      this.#saidHere = said;
    }
    if (state.phase === 'ended') {
      this.#standing = 'ended';
      this.endedBy = state.reason;
    }
  }

  #depart(go: () => { close(): void } | null): void {
    this.#standing = 'out';
    clearTimeout(this.#speaking);
    this.#heardBefore += this.#heardHere;
    [this.#heardHere, this.#saidHere] = [0, 0];
    go()?.close();
  }
}
