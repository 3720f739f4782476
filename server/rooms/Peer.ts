// One device in a Room: its state, its numbered notifications, its media.
import type { PeerId, ResumeToken, Role } from '#protocol/ids';
import type { NotificationInput, NotificationName, Numbered } from '#protocol/notifications';
import { randomBase64url } from '../util/secrets.ts';
import { NotificationBuffer } from './NotificationBuffer.ts';
import { isPresent, sinkOf, type PeerState } from './peerState.ts';
import { isAllowed } from './permissions.ts';
import type { Admission, PeerMedia, PeerSink, ReleaseReason } from './ports.ts';

const RESUME_TOKEN_BYTES = 32;

export class Peer {
  readonly id: PeerId;
  /** The secret by which a returning Connection takes this Peer back. */
  readonly resumeToken = randomBase64url(RESUME_TOKEN_BYTES) as ResumeToken;
  readonly #buffer = new NotificationBuffer();
  readonly #admittedAs: Role;
  #isCohost = false;
  #linkGeneration: number;
  /** The Peer id of the token that came last; a resume may bring another one's. */
  #tokenSubject: PeerId;
  #state: PeerState;
  #media: PeerMedia | null = null;

  constructor({ peerId, role, linkGeneration }: Pick<Admission, 'peerId' | 'role' | 'linkGeneration'>, sink: PeerSink) {
    this.id = peerId;
    // A fresh place is nobody's co-host, whatever its token was before.
    this.#admittedAs = role === 'cohost' ? 'member' : role;
    this.#linkGeneration = linkGeneration;
    this.#tokenSubject = peerId;
    this.#state = { phase: 'joining', sink };
  }

  get role(): Role {
    return this.#isCohost ? 'cohost' : this.#admittedAs;
  }

  /** Whether a token of this role is one of its own: that of its admission, or of a time as co-host. */
  mayReturnAs(role: Role): boolean {
    return role === this.#admittedAs || (role === 'cohost' && this.#canBeCohost);
  }

  get #canBeCohost(): boolean {
    return this.#admittedAs !== 'host' && isAllowed(this.#admittedAs, 'person');
  }

  /** @returns whether that changed its role */
  setCohost(isCohost: boolean): boolean {
    if (isCohost === this.#isCohost || !this.#canBeCohost) return false;
    this.#isCohost = isCohost;
    return true;
  }

  /** Of the link that its next token counts for. */
  get linkGeneration(): number {
    return this.#linkGeneration;
  }

  followLink(linkGeneration: number): void {
    this.#linkGeneration = linkGeneration;
  }

  /** All by which it could come again without the link. */
  get credentials(): [PeerId, PeerId, ResumeToken] {
    return [this.id, this.#tokenSubject, this.resumeToken];
  }

  get state(): PeerState {
    return this.#state;
  }

  get isPresent(): boolean {
    return isPresent(this.#state);
  }

  get isConnected(): boolean {
    return this.#state.phase === 'joined';
  }

  get media(): PeerMedia | null {
    return this.#media;
  }

  /** Takes ownership: the media ends with the Peer. */
  takeMedia(media: PeerMedia): void {
    this.#media = media;
    if (this.#state.phase === 'closed') media.close();
  }

  /** Numbers, keeps and delivers; a Peer that is away hears it when it comes back, one that is closed never. */
  notify = <Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void => {
    if (this.#state.phase === 'closed') return;
    const notification = this.#buffer.push(name, payload);
    sinkOf(this.#state)?.deliver(notification);
  };

  /** joining → joined. */
  admit(): void {
    if (this.#state.phase === 'joining') this.#state = { phase: 'joined', sink: this.#state.sink };
  }

  /** joined → away, when it was this sink that was lost. `startGrace` is called only then. */
  setAway(sink: PeerSink, startGrace: () => () => void): boolean {
    if (this.#state.phase !== 'joined' || this.#state.sink !== sink) return false;
    this.#state = { phase: 'away', cancelGrace: startGrace() };
    return true;
  }

  /**
   * joined or away → joined on another Connection; the former one is told that it was replaced.
   * @param tokenSubject the Peer id of the token behind the new Connection
   * @returns what was said since `lastSequence`, or `gap` (and nothing changed) where that is not known any more
   */
  resume(sink: PeerSink, tokenSubject: PeerId, lastSequence: number): Numbered[] | 'gap' {
    if (!this.isPresent) return 'gap';
    const missed = this.#buffer.since(lastSequence);
    if (missed === 'gap') return 'gap';
    const former = this.#state;
    this.#state = { phase: 'joined', sink };
    this.#tokenSubject = tokenSubject;
    if (former.phase === 'away') former.cancelGrace();
    sinkOf(former)?.release('replaced');
    return missed;
  }

  /** any → closed; ends the media and lets the Connection go. */
  close(reason: ReleaseReason): void {
    const former = this.#state;
    if (former.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    if (former.phase === 'away') former.cancelGrace();
    this.#media?.close();
    sinkOf(former)?.release(reason);
  }
}
