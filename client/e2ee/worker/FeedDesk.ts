// What a Member's worker does for the stage: its own key's signature, the host's, and this epoch's key for viewers.
import { sealCaption } from '../feed/caption.ts';
import { names } from '../feed/delegation.ts';
import { sealDocument } from '../feed/documents.ts';
import type { Feed } from '../feed/Feed.ts';
import type { FeedKey } from '../feed/FeedKey.ts';
import { signProgram } from '../feed/program.ts';
import { signRoster, signRosterForHost, verifyRoster } from '../feed/roster.ts';
import type { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { CaptionWords, FeedCall, Roster, SessionSettings, SignedRoster } from '../messages.ts';
import type { Session } from '../mls/Session.ts';

export interface FeedDeskOptions {
  settings: Pick<SessionSettings, 'roomId' | 'peerId' | 'hostKeyHash' | 'hostKey' | 'membersOnly'>;
  session: Pick<Session, 'wrapStage' | 'viewRoot' | 'groupId'>;
  keyring: Pick<FrameKeyring, 'setOnAir' | 'captionTicket'>;
  feed: Feed;
  key: FeedKey;
  serverNowMs(): number;
}

/** Captions by one feed key: each number is a nonce (SPEC F-29). */
const CAPTION_LIMIT = 2 ** 32;

export class FeedDesk {
  readonly #options: FeedDeskOptions;
  /** Of the last roster: the host's word, as it signed it. */
  #delegation: { signed: Uint8Array; delegates: Uint8Array[] } | null = null;
  #captionCount = 0;

  constructor(options: FeedDeskOptions) {
    this.#options = options;
  }

  /** Rejects with one word why not. */
  async perform(call: FeedCall): Promise<unknown> {
    const { settings, session, keyring, key } = this.#options;
    switch (call.name) {
      case 'feedKey':
        return key.publicKey.slice();
      case 'setOnAir':
        if (settings.membersOnly && call.streams.length > 0) throw new Error('membersOnly');
        return keyring.setOnAir(call.streams);
      case 'signRoster':
        return this.#signRoster(call);
      case 'openRoster':
        return this.#openRoster(call.signed);
      case 'signProgram':
        return this.#signProgram(call);
      case 'sealCaption':
        return this.#sealCaption(call);
      case 'wrapStage':
        return session.wrapStage(call.roster);
      case 'stageGroup': {
        const { groupId } = session;
        if (groupId === null) throw new Error('notInGroup');
        return groupId;
      }
    }
  }

  async #signRoster({ people, count, delegates }: Extract<FeedCall, { name: 'signRoster' }>): Promise<SignedRoster> {
    const { settings, session, key } = this.#options;
    const { hostKey, roomId } = settings;
    const listing = { roomId, timeMs: this.#timeMs, people, count };
    const delegation = this.#delegation;
    const isDelegate = delegation !== null && names(delegation, key.publicKey);
    if (hostKey === undefined && !isDelegate) throw new Error('notHost');
    const signed =
      hostKey === undefined
        ? await signRosterForHost(key, listing, delegation?.signed ?? new Uint8Array())
        : await signRoster(hostKey, listing, delegates);
    const { generation, delegates: named } = await this.#openRoster(signed);
    return {
      signed,
      generation,
      delegates: named,
      sealed: await sealDocument(session.viewRoot, 'roster', roomId, signed),
    };
  }

  /** What others say on air is held to the roster that was opened last, ours or another's. */
  async #openRoster(signed: Uint8Array): Promise<Roster> {
    const { settings, feed } = this.#options;
    const verified = await verifyRoster(signed, settings);
    if (verified === undefined) throw new Error('forged');
    const { delegation, ...roster } = verified;
    if (!(await feed.speakers.follow(roster))) throw new Error('outdated');
    this.#delegation = delegation && { signed: delegation, delegates: roster.delegates };
    return roster;
  }

  async #signProgram({ content, count }: Extract<FeedCall, { name: 'signProgram' }>): Promise<Uint8Array> {
    const { settings, session, key } = this.#options;
    const { roomId, peerId: producer } = settings;
    const signed = await signProgram(key.privateKey, roomId, { content, count, timeMs: this.#timeMs, producer });
    return sealDocument(session.viewRoot, 'program', roomId, signed);
  }

  /** Asked before and after: what was said on air is worth nothing any more once its speaker is backstage. */
  async #sealCaption({ line, text, final }: CaptionWords): Promise<Uint8Array> {
    const { settings, keyring, feed, key } = this.#options;
    const ticket = keyring.captionTicket(key.publicKey);
    if (ticket === undefined) throw new Error('notOnAir');
    if (this.#captionCount >= CAPTION_LIMIT) throw new Error('counterSpent');
    const count = this.#captionCount++;
    const { roomId, peerId } = settings;
    const { groupId, epoch } = ticket;
    const place = { roomId, peerId, groupId, epoch, count };
    const sealed = await sealCaption(await ticket.key, key, place, { line, text, final }, feed.timeMs());
    if (keyring.captionTicket(key.publicKey) === undefined) throw new Error('notOnAir');
    return sealed;
  }

  get #timeMs(): number {
    return Math.round(this.#options.serverNowMs());
  }
}
