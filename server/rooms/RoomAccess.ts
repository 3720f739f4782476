// Who may come into one Room: the verifiers of its present link, and those who were sent off and stay out with what they had.
import { ProtocolError } from '#protocol/errors';
import type { LinkVerifiers } from '#protocol/hosting';
import type { PeerId, ResumeToken, Role } from '#protocol/ids';
import { ACCESS_TOKEN_TTL_MS, FORMER_TOKEN_MS, MAX_BANNED_PEERS } from '#protocol/limits';
import { admit, type LinkKind } from './admission.ts';
import type { Admission, Clock, KeptRoom } from './ports.ts';

type Credential = PeerId | ResumeToken;

/** For as long as a token of theirs admits, or shows after a restart who somebody was. */
const BAN_MS = ACCESS_TOKEN_TTL_MS + FORMER_TOKEN_MS;

export interface RoomAccessOptions {
  clock: Pick<Clock, 'now'>;
  /** As the Room was made, or as an earlier server left it. */
  kept: KeptAccess;
  /** Something changed that has to outlive the server. */
  onChanged(): void;
}

export type KeptAccess = Pick<KeptRoom, 'verifiers' | 'linkGeneration' | 'banned'>;

export class RoomAccess {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onChanged: () => void;
  #verifiers: LinkVerifiers;
  #linkGeneration: number;
  /** Peer ids of tokens and resume tokens that are worth nothing, until when; oldest first. */
  readonly #banned: Map<Credential, number>;

  constructor({ clock, onChanged, kept }: RoomAccessOptions) {
    this.#verifiers = kept.verifiers;
    this.#clock = clock;
    this.#onChanged = onChanged;
    this.#linkGeneration = kept.linkGeneration;
    this.#banned = new Map(kept.banned as Iterable<[Credential, number]>);
  }

  /** What has to outlive the server. */
  get kept(): KeptAccess {
    const nowMs = this.#clock.now();
    const banned = [...this.#banned].filter(([, untilMs]) => untilMs > nowMs);
    return { verifiers: this.#verifiers, linkGeneration: this.#linkGeneration, banned };
  }

  /** Counts the Room's links, from 0. */
  get linkGeneration(): number {
    return this.#linkGeneration;
  }

  /** @throws ProtocolError `unauthorized`: a wrong proof, that of an earlier link, or one of a kind that has no link */
  admit(kind: LinkKind, proof: string): Role {
    return admit(this.#verifiers, kind, proof);
  }

  /** @throws ProtocolError `unauthorized`: its Peer was sent off */
  requireWelcome({ peerId }: Pick<Admission, 'peerId'>): void {
    if (this.isBanned(peerId)) throw new ProtocolError('unauthorized', 'this peer was removed');
  }

  /**
   * Whoever holds a place takes it back with a token of an earlier link too; a fresh one takes the present link, or the host's token.
   * @throws ProtocolError `unauthorized`
   */
  requirePresentLink(admission: Pick<Admission, 'peerId' | 'role' | 'linkGeneration'>): void {
    this.requireWelcome(admission);
    if (admission.role !== 'host' && admission.linkGeneration !== this.#linkGeneration) {
      throw new ProtocolError('unauthorized', 'the token was traded for an earlier link');
    }
  }

  /** From here on the next link admits, and those before it do not. */
  changeLink(verifiers: LinkVerifiers): void {
    this.#verifiers = verifiers;
    this.#linkGeneration += 1;
    this.#onChanged();
  }

  isPresentLink(linkGeneration: number, { member, speaker, viewer }: LinkVerifiers): boolean {
    const present = this.#verifiers;
    const isEqual = present.member === member && present.speaker === speaker && present.viewer === viewer;
    return linkGeneration === this.#linkGeneration && isEqual;
  }

  /** For as long as any of their tokens says anything. */
  ban(credentials: readonly Credential[]): void {
    const nowMs = this.#clock.now();
    for (const [credential, untilMs] of this.#banned) {
      if (untilMs > nowMs && this.#banned.size < MAX_BANNED_PEERS) break;
      this.#banned.delete(credential);
    }
    for (const credential of credentials) this.#banned.set(credential, nowMs + BAN_MS);
    this.#onChanged();
  }

  isBanned(credential: Credential): boolean {
    return (this.#banned.get(credential) ?? 0) > this.#clock.now();
  }
}
