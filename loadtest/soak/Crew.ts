// The Bots of one thread, those who left it and still listen, and what these overhear.
import type { ServerEvent } from '#e2ee';
import { CrewMember } from './CrewMember.ts';
import { numberOf } from './frameNumber.ts';
import { createGauge } from './gauge.ts';
import { STRANGER, type Act, type CrewSettings, type FromCrew, type ToCrew } from './messages.ts';
import { Stranger } from './Stranger.ts';

/** Who left listens this long: past the grace, its removal, and the ten seconds that old keys are kept. */
const LISTEN_MS = 50_000;
/** Commits that may be under way to one who has just left. */
const RECENT_COMMITS = 16;

type Commit = Extract<ServerEvent, { name: 'mls:commit' }>;

export class Crew {
  readonly #settings: CrewSettings;
  readonly #say: (message: FromCrew) => void;
  readonly #members = new Map<number, CrewMember>();
  readonly #outsiders = new Map<number, { member: CrewMember; timer: NodeJS.Timeout }>();
  readonly #stranger: Stranger | null;
  readonly #gauge: ReturnType<typeof createGauge>;
  readonly #commits: Commit[] = [];
  #approached = '';

  constructor(settings: CrewSettings, say: (message: FromCrew) => void) {
    this.#settings = settings;
    this.#say = say;
    this.#gauge = createGauge(settings.slow);
    this.#stranger = settings.hasStranger
      ? new Stranger(settings.link.roomId, (frame) =>
          say({ type: 'opened', bot: STRANGER, frame: numberOf(frame) ?? Number.NaN, atMs: Date.now() }),
        )
      : null;
  }

  handle(message: ToCrew): void {
    switch (message.type) {
      case 'act':
        return this.#act(message.bot, message.act);
      case 'seal':
        for (const { bot, frame } of message.frames) this.#members.get(bot)?.seal(frame);
        return;
      case 'open': {
        const { bot, from, sealed } = message.frame;
        if (bot === STRANGER) this.#stranger?.open(from, sealed);
        else this.#find(bot)?.open(from, sealed);
        return;
      }
      case 'why':
        return void this.#explain(message);
      case 'gauge':
        return this.#say({ type: 'gauge', gauge: this.#gauge.read() });
      case 'end':
        return this.close();
    }
  }

  close(): void {
    for (const { member, timer } of this.#outsiders.values()) {
      clearTimeout(timer);
      member.close();
    }
    for (const member of this.#members.values()) member.close();
    this.#outsiders.clear();
    this.#members.clear();
    this.#stranger?.close();
    this.#gauge.close();
  }

  #find(bot: number): CrewMember | undefined {
    return this.#members.get(bot) ?? this.#outsiders.get(bot)?.member;
  }

  #act(bot: number, act: Act): void {
    if (act.what === 'join') {
      const member = new CrewMember({
        number: bot,
        settings: this.#settings,
        say: this.#say,
        onEvent: (hearer, event) => this.#heard(hearer, event),
      });
      this.#members.set(bot, member);
      member.join();
      return;
    }
    const member = this.#members.get(bot);
    member?.act(act);
    if (member !== undefined && (act.what === 'leave' || act.what === 'crash')) this.#setOutside(member);
  }

  // ── Outside ────────────────────────────────────────────────────────────────────────────────────

  #setOutside(member: CrewMember): void {
    const { number: bot, peerId } = member;
    this.#members.delete(bot);
    if (peerId === null) return member.close();
    const timer = setTimeout(() => {
      this.#outsiders.delete(bot);
      member.close();
      this.#say({ type: 'outsider', bot, is: 'gone' });
    }, LISTEN_MS);
    this.#outsiders.set(bot, { member, timer });
    for (const commit of this.#commits) member.overhear(commit);
    this.#say({ type: 'outsider', bot, is: 'listening' });
  }

  /** Every commit once, from whoever hears it first; the queue from the first member, so that it keeps its order. */
  #heard(hearer: CrewMember, event: ServerEvent): void {
    if (event.name === 'mls:commit') {
      const { groupId, epoch } = event;
      const isKnown = this.#commits.some((known) => known.epoch === epoch && sameBytes(known.groupId, groupId));
      if (isKnown) return;
      this.#commits.push(event);
      if (this.#commits.length > RECENT_COMMITS) this.#commits.shift();
      this.#approach(groupId, epoch);
    } else if (event.name === 'mls:queue') {
      if (hearer !== this.#informant) return;
    } else if (event.name !== 'mls:welcome') return;
    for (const { member } of this.#outsiders.values()) member.overhear(event);
    this.#stranger?.overhear(event);
  }

  get #informant(): CrewMember | undefined {
    return this.#members.values().find(({ isIn }) => isIn);
  }

  #approach(groupId: Uint8Array, epoch: number): void {
    const tag = Buffer.from(groupId).toString('hex');
    if (this.#approached === tag) return;
    this.#approached = tag;
    void this.#stranger?.approach(groupId, epoch);
  }

  async #explain({ bot, from }: Extract<ToCrew, { type: 'why' }>): Promise<void> {
    const faults = (await this.#find(bot)?.faultsOf(from)) ?? {};
    this.#say({ type: 'why', bot, from, faults });
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
