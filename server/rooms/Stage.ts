// What members sealed for viewers: the last roster, the last program, and the stage's keys of now and of just before.
import { ProtocolError } from '#protocol/errors';
import { CAPTIONS_PER_AUDIENCE, STAGE_KEYS_PAST_MS } from '#protocol/limits';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Request } from '#protocol/requests';
import type { StageKeys, StageState } from '#protocol/stage';
import { Throttle } from '../util/Throttle.ts';
import type { Audience } from './Audience.ts';
import type { DeliveryService } from './DeliveryService.ts';
import type { Peer } from './Peer.ts';
import type { Clock } from './ports.ts';
import type { RoomHosts } from './RoomHosts.ts';

export interface StageOptions {
  clock: Pick<Clock, 'now'>;
  delivery: DeliveryService;
  hosts: RoomHosts;
  audience: Pick<Audience, 'notifyAll'>;
  /** Tells the other members that are connected. */
  tellMembers<Name extends NotificationName>(except: Peer, name: Name, payload: NotificationInput<Name>): void;
  /** No Producer is on air any more. */
  clearAir(): void;
}

interface Kept {
  keys: StageKeys;
  /** By who leads: nobody else replaces it. */
  isByLead: boolean;
  atMs: number;
}

type Blob = NonNullable<StageState['roster']>;

/** Keys of one epoch before, or of the group before, beside those of now. */
const KEPT_KEYS = 2;

/** Every method is synchronous, and refuses with a ProtocolError before anything changed. */
export class Stage {
  readonly #options: StageOptions;
  readonly #captions = new Throttle(CAPTIONS_PER_AUDIENCE.points, CAPTIONS_PER_AUDIENCE.perSeconds * 1_000);
  #roster: Blob | null = null;
  #program: Blob | null = null;
  /** Newest last. */
  #keys: Kept[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
  }

  get state(): StageState {
    const newest = this.#keys.at(-1);
    const keys = this.#keys.filter((kept) => kept === newest || this.#isPresentEnough(kept, newest?.keys));
    return { roster: this.#roster, program: this.#program, keys: keys.map((kept) => kept.keys) };
  }

  #isPresentEnough({ keys, atMs }: Kept, now: Pick<StageKeys, 'groupId' | 'epoch'> | undefined): boolean {
    if (now !== undefined && isSame(keys.groupId, now.groupId)) return keys.epoch === now.epoch - 1;
    return this.#options.clock.now() - atMs < STAGE_KEYS_PAST_MS;
  }

  /**
   * What is there already is not said again.
   * @throws ProtocolError `not_sealed` (no member), `conflict` (another group, or keys of another epoch), `forbidden` (roster and
   *   program are of who leads)
   */
  publish(sender: Peer, { groupId, epoch, roster, program, keys }: Request<'stage:publish'>): void {
    const { delivery, hosts, audience } = this.#options;
    delivery.requireStanding(sender.id, groupId, keys === undefined ? null : epoch);
    if (roster !== undefined || program !== undefined) hosts.requireLead(sender);
    // Viewers can use a key only under the roster that it was wrapped for.
    if (roster !== undefined && !isSame(roster, this.#roster)) {
      this.#roster = roster;
      audience.notifyAll('stage:roster', { roster });
    }
    if (keys !== undefined) this.#keepKeys(sender, { groupId, epoch, wrapped: keys });
    if (program !== undefined && !isSame(program, this.#program)) {
      this.#program = program;
      audience.notifyAll('stage:program', { program });
    }
  }

  #keepKeys(sender: Peer, keys: StageKeys): void {
    const { hosts, audience, tellMembers, clock } = this.#options;
    const { groupId, epoch } = keys;
    const isByLead = hosts.mayLead(sender);
    const isOfNow = (kept: Kept) => kept.keys.epoch === epoch && isSame(kept.keys.groupId, groupId);
    const former = this.#keys.find(isOfNow);
    // A member that is no better than its word must not take from viewers what one who leads gave them.
    if (former?.isByLead === true && !isByLead) return;
    if (isSame(keys.wrapped, former?.keys.wrapped ?? null)) return;
    const before = this.#keys.filter((kept) => !isOfNow(kept) && this.#isPresentEnough(kept, keys));
    this.#keys = [...before.slice(-KEPT_KEYS), { keys, isByLead, atMs: clock.now() }];
    audience.notifyAll('stage:keys', keys);
    tellMembers(sender, 'stage:wrapped', { groupId, epoch, from: sender.id });
  }

  /**
   * Viewers may be told what this Peer says; nothing of it is kept.
   * @throws ProtocolError `not_sealed` (no member), `forbidden` (nothing of it is on air), `capacity` (`CAPTIONS_PER_AUDIENCE`)
   */
  requireCaption(sender: Peer): void {
    const { delivery, clock } = this.#options;
    if (!delivery.isMember(sender.id)) throw new ProtocolError('not_sealed', 'only members of the group');
    if (sender.media?.isOnAir !== true) throw new ProtocolError('forbidden', 'only who is on air');
    if (this.#captions.pass('caption', clock.now()) === null) throw new ProtocolError('capacity', 'too many captions');
  }

  /**
   * The show is over; viewers stay for the next one.
   * @throws ProtocolError `not_sealed`, `forbidden`
   */
  close(sender: Peer): void {
    const { hosts, audience, clearAir } = this.#options;
    hosts.requireLead(sender);
    this.clear();
    clearAir();
    audience.notifyAll('stage:closed', {});
  }

  /** Without a word: whoever it was sealed for is gone. */
  clear(): void {
    this.#roster = null;
    this.#program = null;
    this.#keys = [];
  }
}

const isSame = (one: Uint8Array, other: Uint8Array | null): boolean =>
  other !== null && Buffer.compare(one, other) === 0;
