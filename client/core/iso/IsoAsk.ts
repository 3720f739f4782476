// What the producer asks of the speakers' devices, and the key under which what they recorded is handed over: whose word counts, and our own.
import { createHandoverKeys, type GroupMember, type HandoverKeys } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { TalkContext } from '../talk/TalkPart.ts';
import type { ShowView } from '../stage/stageTypes.ts';
import { toBase64url } from '../util/base64url.ts';
import type { IsoWord } from './isoPayload.ts';
import type { IsoMode } from './isoTypes.ts';
import { keepOnly } from '../util/keepOnly.ts';

export type IsoAskOptions = Pick<TalkContext, 'say' | 'hosting' | 'createId'>;

interface Asked {
  id: string;
  mode: IsoMode | 'off';
}

/**
 * The word of who produces counts, and outlives their going: whoever produces then says the same as theirs, under a key of their own.
 * Once the stage is closed nothing is asked any more, and the key of who led it still counts while they lead.
 */
export class IsoAsk {
  readonly #options: IsoAskOptions;
  readonly #onChange: () => void;
  readonly #standing: Standing;
  readonly #heard = new Map<string, IsoWord>();
  /** Who produced this show before, as far as it was seen here: their word is what a next producer goes on with. */
  readonly #former = new Set<string>();
  #self = '';
  #present: ReadonlySet<string> = new Set();
  #show: ShowView | null = null;
  #own: Asked | null = null;
  #counting: { from: string; word: IsoWord } | null = null;
  #keys: HandoverKeys | null = null;
  #making = false;
  #closed = false;

  constructor(options: IsoAskOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    this.#standing = new Standing(options);
  }

  /** What is asked for now, by whom. */
  get asked(): { id: string; mode: IsoMode; by: string } | null {
    if (this.#show === null) return null;
    const by = this.#own === null ? this.#counting?.from : this.#self;
    const word = this.#own ?? this.#counting?.word;
    return by === undefined || word === undefined || word.mode === 'off' ? null : { id: word.id, mode: word.mode, by };
  }

  /** To whom recordings go, if they may have them; null where that is this device, or nobody is there. */
  get address(): { peerId: string; key: string } | null {
    if (this.#own !== null || this.#counting === null || !this.#present.has(this.#counting.from)) return null;
    return { peerId: this.#counting.from, key: this.#counting.word.k };
  }

  get isOwn(): boolean {
    return this.#own !== null;
  }

  /** Null until this device asked for something. */
  get keys(): HandoverKeys | null {
    return this.#keys;
  }

  set(mode: IsoMode | 'off'): boolean {
    if (this.#show?.iProduce !== true) return false;
    if (mode === (this.asked?.mode ?? 'off')) return true;
    // Who agreed to one thing did not agree to the other.
    this.#own = { id: mode === 'off' ? (this.#own?.id ?? this.#options.createId()) : this.#options.createId(), mode };
    this.#sayOwn();
    this.#onChange();
    return true;
  }

  hear(from: string, word: IsoWord): void {
    this.#heard.set(from, word);
    this.follow(this.#show);
    this.#onChange();
  }

  follow(show: ShowView | null): void {
    this.#show = show;
    if (show === null) this.#followClosed();
    else if (show.iProduce) this.#takeOn();
    else {
      this.#former.add(show.producer);
      const word = this.#heard.get(show.producer);
      if (word === undefined) return;
      this.#letGo();
      this.#counting = { from: show.producer, word };
    }
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    this.#present = new Set(others.map(({ peerId }) => peerId));
    keepOnly(this.#heard, this.#present);
    this.#standing.setMembers([...this.#present]);
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#closed = true;
    this.#standing.close();
  }

  /** Another asked before; it goes on as ours. */
  #takeOn(): void {
    if (this.#own !== null) return;
    const heard = [...this.#heard].find(([peerId]) => this.#former.has(peerId))?.[1];
    const word = this.#counting?.word ?? heard;
    if (word === undefined) return;
    this.#own = { id: word.id, mode: word.mode };
    this.#sayOwn();
  }

  /** Not before another's word was heard: who comes meanwhile would know of none. */
  #letGo(): void {
    if (this.#own === null) return;
    this.#own = null;
    this.#standing.drop();
  }

  #followClosed(): void {
    if (this.#own !== null && this.#own.mode !== 'off') {
      this.#own = { ...this.#own, mode: 'off' };
      this.#sayOwn();
    }
    const { acting } = this.#options.hosting();
    if (!acting.includes(this.#self)) this.#letGo();
    this.#former.clear();
    const { from = '' } = this.#counting ?? {};
    if (this.#heard.has(from) && acting.includes(from)) {
      this.#counting = { from, word: this.#heard.get(from) as IsoWord };
      return;
    }
    const leader = acting.find((peerId) => this.#heard.has(peerId));
    if (leader !== undefined) this.#counting = { from: leader, word: this.#heard.get(leader) as IsoWord };
  }

  #sayOwn(): void {
    const own = this.#own;
    if (own === null || this.#closed) return;
    if (this.#keys === null) {
      if (!this.#making) void this.#makeKeys();
      return;
    }
    const word: IsoWord = { t: 'iso', ...own, k: toBase64url(this.#keys.publicKey) };
    this.#counting = { from: this.#self, word };
    this.#standing.stand(word);
  }

  async #makeKeys(): Promise<void> {
    this.#making = true;
    this.#keys = await createHandoverKeys().catch(() => null);
    this.#making = false;
    if (this.#closed || this.#keys === null) return;
    this.#sayOwn();
    this.#onChange();
  }
}
