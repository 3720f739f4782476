// Feed tickets as who leads makes, sees and revokes them; the server knows a ticket's hash and a sealed name.
import { accessVerifier, ticketKey, ticketProof } from '#e2ee';
import type { Ask } from '../media/Publishing.ts';
import type { HostFault } from '../orders/orderTypes.ts';
import { codeOf } from '../signalling/SignallingError.ts';
import type { RoomLink } from '../types.ts';
import { toBase64url } from '../util/base64url.ts';
import { openForLink, sealForLink } from '../util/sealedForLink.ts';
import type { FeedActions, FeedKind, FeedOutcome, FeedView } from './feedTypes.ts';

const TICKET_BYTES = 32;

/** What there is to work with; the SignallingClient, the present link, FeedPasses and the Platform are such. */
interface Server {
  request: Ask;
}
interface Links {
  get(): RoomLink;
}
interface Passes {
  add(feedId: string, ticketKey: string): void;
  remove(feedId: string): void;
}
interface Chance {
  randomBytes(count: number): Uint8Array;
}

const faultOf = (error: unknown): { ok: false; fault: HostFault } => {
  const code = codeOf(error);
  if (code === 'forbidden' || code === 'not_sealed') return { ok: false, fault: 'notActing' };
  return { ok: false, fault: code === 'not_found' ? 'notThere' : 'failed' };
};

export class Feeds implements FeedActions {
  readonly #server: Server;
  readonly #link: Links;
  readonly #passes: Passes;
  readonly #chance: Chance;

  constructor(server: Server, link: Links, passes: Passes, chance: Chance) {
    this.#server = server;
    this.#link = link;
    this.#passes = passes;
    this.#chance = chance;
  }

  async create(label: string, kind: FeedKind): Promise<FeedOutcome> {
    try {
      const secret = Uint8Array.from(this.#chance.randomBytes(TICKET_BYTES));
      const [verifier, key, sealed] = await Promise.all([
        ticketProof(secret).then(accessVerifier),
        ticketKey(secret),
        sealForLink(label, 'feed-label', this.#link.get()),
      ]);
      const { feedId } = await this.#server.request('feed:create', { verifier, label: sealed, kind });
      this.#passes.add(feedId, key);
      return { ok: true, ticket: toBase64url(secret) };
    } catch (error) {
      return faultOf(error);
    }
  }

  async list(): Promise<FeedView[] | null> {
    try {
      const { feeds } = await this.#server.request('feed:list', {});
      const of = this.#link.get();
      return await Promise.all(
        feeds.map(async ({ label, ...feed }) => ({ ...feed, label: await openForLink(label, 'feed-label', of) })),
      );
    } catch {
      return null;
    }
  }

  async revoke(feedId: string): Promise<{ ok: true } | { ok: false; fault: HostFault }> {
    try {
      // First among the members: whatever the server does, nobody who leads lets it in by itself any more.
      this.#passes.remove(feedId);
      await this.#server.request('feed:revoke', { feedId: feedId as never });
      return { ok: true };
    } catch (error) {
      return faultOf(error);
    }
  }
}
