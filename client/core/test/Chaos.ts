// A meeting in which anything happens to anybody, drawn from a seed, and what must be true once it is left in peace.
import { FakeTrack } from './FakeTrack.ts';
import { openMeetingBed, type Attendee, type MeetingBed } from './meetingBed.ts';
import { createRandom, type Random } from './random.ts';

/** Shorter than the longest loss, so that some come back to their place and some to a new one. */
const GRACE_MS = 1_500;
const LONGEST_LOSS_MS = 3_000;
/** After the last act: the grace, a removal's two seconds, and the committers' turns among those that are gone. */
const SETTLE_MS = 15_000;
const MIN_PRESENT = 2;

interface Person extends Attendee {
  name: string;
  /** Ids of its Peers, one after the other; a new one for each place in the Room. */
  places: string[];
  resyncs: string[];
  /** Views in which it looked for its place again do not count as presence. */
  lines: { text: string; hearers: { person: Person; peerId: string }[] }[];
}

export interface ChaosOptions {
  seed: number;
  acts: number;
  /** Most people at once. */
  crowd: number;
  killWorkers: boolean;
  say?: (line: string) => void;
}

export class Chaos {
  readonly #options: ChaosOptions;
  readonly #random: Random;
  readonly #present = new Set<Person>();
  readonly #arriving = new Set<Promise<void>>();
  #bed!: MeetingBed;
  #people = 0;
  #texts = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed);
  }

  /** Resolves to what was seen; rejects with the first thing that is not as it must be. */
  async run(): Promise<{ resyncs: string[]; settleMs: number }> {
    const idle = resources();
    this.#bed = await openMeetingBed({ graceMs: GRACE_MS });
    try {
      for (let count = 0; count < 3; count += 1) this.#arrive();
      await Promise.all(this.#arriving);
      const killAt = this.#options.killWorkers ? Math.floor(this.#options.acts / 2) : -1;
      for (let act = 0; act < this.#options.acts; act += 1) {
        if (act === killAt) this.#tell('worker killed', () => this.#bed.killWorker());
        this.#act();
        await pause(this.#random.below(400));
      }
      const settleMs = await this.#settle();
      this.#checkChat();
      this.#checkNotices();
      await this.#endAll();
      await this.#inTime('everything', () => leftOf(idle));
      return { resyncs: [...this.#present].flatMap(({ resyncs }) => resyncs), settleMs };
    } finally {
      await this.#bed.close();
    }
  }

  #tell(what: string, act: () => void): void {
    this.#options.say?.(`${Math.round(performance.now())} ${what}`);
    act();
  }

  // ── What happens ───────────────────────────────────────────────────────────────────────────────

  #act(): void {
    const { below } = this.#random;
    const person = this.#random.pick([...this.#present]);
    const free = this.#options.crowd - this.#present.size - this.#arriving.size;
    const roll = below(100);
    if (roll < 14 && free > 0) {
      for (let count = 1 + below(Math.min(free, 4)); count > 0; count -= 1) this.#arrive();
    } else if (person === undefined) this.#arrive();
    else if (roll < 20) this.#depart(person, 'leaves', () => person.client.leave());
    else if (roll < 26) this.#depart(person, 'vanishes', () => this.#vanish(person));
    else if (roll < 30 && this.#depart(person, 'reloads', () => this.#vanish(person))) this.#arrive();
    else if (roll < 40) this.#lose(person, 100 + below(LONGEST_LOSS_MS - 100));
    else if (roll < 46) this.#tell(`${person.name} hears nothing`, () => person.line.swallowAnswers(50 + below(400)));
    else if (roll < 70) this.#chat(person);
    else this.#toggle(person);
  }

  #arrive(): void {
    const name = `P${++this.#people}`;
    this.#tell(`${name} arrives`, () => undefined);
    const mic = this.#random.below(2) === 0 ? { mic: new FakeTrack('audio').asTrack() } : {};
    const arriving = this.#bed.attend(name, mic).then((attendee) => {
      this.#arriving.delete(arriving);
      this.#present.add(watch(name, attendee, (what) => this.#options.say?.(what)));
    });
    this.#arriving.add(arriving);
  }

  #depart(person: Person, how: string, act: () => void): boolean {
    if (this.#present.size <= MIN_PRESENT) return false;
    this.#present.delete(person);
    this.#tell(`${person.name} ${how}`, act);
    return true;
  }

  #vanish(person: Person): void {
    person.line.vanish();
    // The page is gone before it could notice.
    setTimeout(() => person.client.close(), 50);
  }

  #lose(person: Person, ms: number): void {
    this.#tell(`${person.name} is offline for ${ms} ms`, () => person.line.lose(ms));
  }

  #chat(person: Person): void {
    const state = person.client.state.get();
    if (state.phase !== 'in') return;
    const text = `${person.name} ${++this.#texts}`;
    const mates = new Set(state.participants.map(({ peerId }) => peerId));
    const hearers = [...this.#present].flatMap((other) => {
      const peerId = other.places.at(-1) ?? '';
      return other !== person && mates.has(peerId) && isSealed(other) ? [{ person: other, peerId }] : [];
    });
    person.lines.push({ text, hearers });
    this.#tell(`${text} is said`, () => person.client.chat.send(text));
  }

  #toggle(person: Person): void {
    const state = person.client.state.get();
    if (state.phase !== 'in') return;
    const slot = this.#random.pick(['mic', 'camera', 'screen'] as const) ?? 'mic';
    const on = state.self[slot].state !== 'on';
    const act = { mic: 'setMic', camera: 'setCamera', screen: 'setScreen' } as const;
    this.#tell(`${person.name} ${slot} ${on}`, () => void person.client[act[slot]](on));
  }

  // ── What must be ───────────────────────────────────────────────────────────────────────────────

  async #settle(): Promise<number> {
    const beganMs = performance.now();
    await this.#inTime('arrivals', () => (this.#arriving.size > 0 ? 'somebody is still arriving' : null));
    await this.#inTime('the meeting', () => this.#unsettled());
    // Nothing stirs any more: what is right now stays right.
    await pause(300);
    const fault = this.#unsettled();
    if (fault !== null) throw new Error(`did not stay settled: ${fault}`);
    return Math.round(performance.now() - beganMs);
  }

  async #inTime(what: string, fault: () => string | null): Promise<void> {
    const untilMs = performance.now() + SETTLE_MS;
    for (let found = fault(); found !== null; found = fault()) {
      if (performance.now() > untilMs) throw new Error(`${what} did not settle: ${found}`);
      await pause(20);
    }
  }

  #unsettled(): string | null {
    const people = [...this.#present];
    const peerIds = people.map(({ places }) => places.at(-1)).toSorted();
    const codes = new Set<string>();
    for (const person of people) {
      const state = person.client.state.get();
      if (state.phase !== 'in') return `${person.name} is ${JSON.stringify(state)}`;
      const { connection, security, participants, self, chat } = state;
      if (connection !== 'online') return `${person.name} is ${connection}`;
      if (security.state !== 'sealed') return `${person.name} is ${JSON.stringify(security)}`;
      codes.add(`${security.epoch} ${security.safetyCode.digits.join(' ')}`);
      const seen = [...participants.map(({ peerId }) => peerId), self.peerId].toSorted();
      if (seen.join() !== peerIds.join()) {
        return `${person.name} (${self.peerId}) sees ${participants.map((one) => `${one.displayName} ${one.peerId}`).join()} of ${people.map(({ name, places }) => `${name} ${places.at(-1)}`).join()}`;
      }
      const away = participants.find((one) => one.away);
      if (away) return `${person.name} sees ${away.displayName} away`;
      const unsent = chat.find((entry) => entry.state !== 'sent');
      if (unsent) return `${unsent.text} is ${unsent.state}`;
    }
    if (codes.size > 1) return `codes differ: ${[...codes].join(' | ')}`;
    return this.#unsettledMedia(people) ?? this.#unsettledServer(people);
  }

  /** Everybody sees of everybody what they send, and nothing else. */
  #unsettledMedia(people: Person[]): string | null {
    for (const sender of people) {
      const { self } = sender.view();
      for (const receiver of people) {
        const shown = receiver.view().participants.find(({ peerId }) => peerId === self.peerId);
        if (!shown) continue;
        for (const slot of ['mic', 'camera', 'screen'] as const) {
          const local = self[slot].state;
          if (local === 'starting' || local === 'failed')
            return `${sender.name}'s ${slot} is ${JSON.stringify(self[slot])}`;
          const remote = shown[slot];
          const found = remote.state === 'waiting' ? remote.cause : remote.state;
          const expected = { off: ['off'], muted: ['muted'], on: ['firstFrame', 'playing'] }[local];
          if (!expected.includes(found))
            return `${receiver.name} sees ${sender.name}'s ${slot} ${found}, it is ${local}`;
        }
      }
    }
    return null;
  }

  #unsettledServer(people: Person[]): string | null {
    const { census } = this.#bed;
    const streams = people.flatMap((person) => {
      const { mic, camera, screen } = person.view().self;
      const count = (state: string, each: number) => (state === 'on' || state === 'muted' ? each : 0);
      return [count(mic.state, 1) + count(camera.state, 1) + count(screen.state, 2)];
    });
    const producers = streams.reduce((sum, count) => sum + count, 0);
    const expected = {
      peers: people.length,
      transports: 2 * people.length,
      producers,
      consumers: producers * (people.length - 1),
      paused: 0,
    };
    const found = {
      peers: this.#bed.server().directory.counts().peers,
      transports: census.transports.size,
      producers: census.producers.size,
      consumers: census.consumers.size,
      paused: census.pausedConsumers,
    };
    const isAsExpected = JSON.stringify(found) === JSON.stringify(expected);
    return isAsExpected ? null : `the server holds ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`;
  }

  /** Once, in the order of its sender, at everybody who was in the group from then on. */
  #checkChat(): void {
    for (const reader of this.#present) {
      const texts = reader.view().chat.map(({ text }) => text);
      const twice = texts.find((text, index) => texts.indexOf(text) !== index);
      if (twice) throw new Error(`${reader.name} has twice: ${twice}`);
      const last = new Map<string, number>();
      for (const text of texts) {
        const [sender = '', number] = text.split(' ');
        if ((last.get(sender) ?? 0) > Number(number)) throw new Error(`${reader.name} has ${text} too late`);
        last.set(sender, Number(number));
      }
    }
    for (const sender of this.#present) {
      for (const { text, hearers } of sender.lines) {
        for (const { person, peerId } of hearers) {
          const stayed = this.#present.has(person) && person.places.at(-1) === peerId && person.resyncs.length === 0;
          if (stayed && !person.view().chat.some((entry) => entry.text === text)) {
            throw new Error(`${person.name} has not heard: ${text}`);
          }
        }
      }
    }
  }

  /** One notice of coming and one of going for each place that somebody had. */
  #checkNotices(): void {
    for (const reader of this.#present) {
      const { notices } = reader.view();
      for (const other of this.#present) {
        const joins = notices.filter(({ kind, displayName }) => kind === 'joined' && displayName === other.name).length;
        if (joins > other.places.length)
          throw new Error(`${reader.name} was told ${joins} times that ${other.name} came`);
      }
      // A leaf of a place that was lost before its first Epoch had a key that nobody here can vouch for.
      const unsure = Math.max(0, reader.places.length - 2);
      const ownMoves = notices.filter(({ displayName }) => displayName === reader.name).length;
      if (ownMoves > 2 * unsure) throw new Error(`${reader.name} was told ${ownMoves} times of itself`);
    }
  }

  async #endAll(): Promise<void> {
    for (const { client } of this.#present) client.leave();
    const { census } = this.#bed;
    await this.#inTime('the end', () => {
      const { peers } = this.#bed.server().directory.counts();
      const left = peers + census.transports.size + census.producers.size + census.consumers.size;
      return left === 0 ? null : `${left} things are left on the server`;
    });
  }
}

/** Timers and ports that keep this process awake. */
function resources(): Map<string, number> {
  const all = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind === 'MessagePort');
  return new Map([...Map.groupBy(all, (kind) => kind)].map(([kind, found]) => [kind, found.length]));
}

function leftOf(idle: ReadonlyMap<string, number>): string | null {
  const left = [...resources()].find(([kind, count]) => count > (idle.get(kind) ?? 0));
  return left ? `${left[1]} ${left[0]}s are left of ${idle.get(left[0]) ?? 0}` : null;
}

function isSealed({ client }: Attendee): boolean {
  const state = client.state.get();
  return state.phase === 'in' && state.security.state === 'sealed';
}

function watch(name: string, attendee: Attendee, say: (what: string) => void): Person {
  const person: Person = { ...attendee, name, places: [], resyncs: [], lines: [] };
  let last = '';
  const look = () => {
    const state = attendee.client.state.get();
    const now =
      state.phase === 'in' ? `${state.connection} ${state.security.state} ${state.self.peerId}` : JSON.stringify(state);
    if (now !== last) say(`${Math.round(performance.now())}   ${name}: ${now}`);
    last = now;
    if (state.phase !== 'in') return;
    if (state.self.peerId !== person.places.at(-1)) person.places.push(state.self.peerId);
    if (state.security.state === 'resyncing' && person.resyncs.at(-1) !== state.security.cause) {
      person.resyncs.push(state.security.cause);
    }
  };
  look();
  attendee.client.state.subscribe(look);
  return person;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
