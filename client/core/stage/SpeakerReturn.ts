// Name and title of a speaker over a reload of their page and a fresh place: they show by a secret that they are the one from before (SPEC E-210).
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import { keepOnly } from '../util/keepOnly.ts';
import { openKept, sealToKeep } from './sealedText.ts';
import type { StageActions, StageView } from './stageTypes.ts';

type Context = Pick<TalkContext, 'say' | 'link' | 'speakerStore'>;
type Description = { name: string; title: string };
type Tag = Extract<GroupPayload, { t: 'speakerTag' }>;

const SECRET_BYTES = 32;
/** Of people who were described in this show, gone ones too; the oldest are forgotten first. */
const MAX_KNOWN = 128;

export class SpeakerReturn implements TalkPart {
  readonly #context: Context;
  readonly #show: () => StageView['show'];
  readonly #describe: StageActions['describe'];
  readonly #standing: Standing;
  /** Hash of a secret → the Peer that told it. */
  readonly #tags = new Map<string, string>();
  readonly #described = new Map<string, Description>();
  /** As the show has them now. */
  readonly #listed = new Map<string, string>();
  /** Who came → who they were, as long as that one is still there. */
  readonly #waiting = new Map<string, string>();
  #there: ReadonlySet<string> = new Set();
  /** This page's own; null as long as nobody needs it. */
  #secret: string | null = null;
  #telling = false;
  #closed = false;

  constructor(context: Context, show: () => StageView['show'], describe: StageActions['describe']) {
    this.#context = context;
    this.#show = show;
    this.#describe = describe;
    this.#standing = new Standing(context);
  }

  /** The show is another. */
  follow(): void {
    const show = this.#show();
    if (show === null) return this.#forget();
    for (const { peerId, name, title } of show.people) this.#note(peerId, { name, title });
    keepOnly(
      this.#listed,
      show.people.map(({ peerId }) => peerId),
    );
    const isListed = show.people.some(({ self, role }) => self && role === 'speaker');
    if (isListed && this.#secret === null) void this.#tell();
  }

  /** Who comes back under their Peer id is listed like somebody new at first: that says nothing of who they were. */
  #note(peerId: string, as: Description): void {
    const text = JSON.stringify(as);
    const last = this.#listed.get(peerId);
    this.#listed.set(peerId, text);
    if (last === text || (last === undefined && this.#described.has(peerId))) return;
    remember(this.#described, peerId, as);
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t === 'speakerTag') void this.#hear(payload, from);
  }

  async #hear({ h, was }: Tag, from: string): Promise<void> {
    const before = was === null ? undefined : await hashOf(was);
    if (this.#closed) return;
    const former = before === undefined ? undefined : this.#tags.get(before);
    // Once: whoever heard it said could say it again.
    if (before !== undefined) this.#tags.delete(before);
    if (!this.#tags.has(h)) remember(this.#tags, h, from);
    if (former === undefined) return;
    this.#waiting.set(from, former);
    this.#giveBack();
  }

  /** Nobody takes the place of one who is there. */
  #giveBack(): void {
    const show = this.#show();
    for (const [peerId, former] of this.#waiting) {
      const as = this.#described.get(former);
      const isListed = show?.people.some((one) => one.peerId === peerId) === true;
      if ((former !== peerId && this.#there.has(former)) || !isListed) continue;
      this.#waiting.delete(peerId);
      if (show?.iProduce === true && as !== undefined) this.#describe(peerId, as);
    }
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    const peerIds = others.map(({ peerId }) => peerId);
    this.#there = new Set([...peerIds, self.peerId]);
    this.#standing.setMembers(peerIds);
    this.#giveBack();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  /** Under another leaf: who took the old one for gone has to be shown. */
  startOver(): void {
    if (this.#secret !== null) void this.#tell();
  }

  close(): void {
    this.#closed = true;
    this.#standing.close();
  }

  /** A new secret each time, since the one before is said aloud. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    const was = this.#secret ?? (await this.#recalled());
    const secret = toBase64url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    const h = await hashOf(secret);
    this.#telling = false;
    if (this.#closed) return;
    this.#secret = secret;
    this.#standing.stand({ t: 'speakerTag', h, was });
    await this.#keep(secret);
  }

  async #recalled(): Promise<string | null> {
    const opened = await openKept(this.#context.speakerStore ?? null, 'speaker-tag', this.#context.link());
    return opened !== null && /^[A-Za-z0-9_-]{43}$/.test(opened) ? opened : null;
  }

  async #keep(secret: string): Promise<void> {
    const store = this.#context.speakerStore ?? null;
    if (store === null) return;
    const sealed = await sealToKeep(secret, 'speaker-tag', this.#context.link());
    if (sealed !== null && this.#secret === secret && !this.#closed) store.write(sealed);
  }

  /** The stage is closed: in the next show nobody is described yet. */
  #forget(): void {
    this.#described.clear();
    this.#listed.clear();
    this.#waiting.clear();
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KNOWN && oldest !== undefined) map.delete(oldest);
}

const hashOf = async (secret: string): Promise<string> =>
  toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(fromBase64url(secret)))));
