// Leading the Room: what this device asks of the group, and then of the server, and what is shown of the policy.
import { createLinkSecret, type E2eeClient, type GroupView, type Knock, type PolicyView, type RoomMode } from '#e2ee';
import { verifiersOf } from '../admission.ts';
import type { Ask } from '../media/Publishing.ts';
import { codeOf } from '../signalling/SignallingError.ts';
import type { HostActions, HostFault, HostingView, HostOutcome, NewLinkOutcome, Notice } from '../types.ts';
import { after } from '../util/timers.ts';
import type { FeedPasses } from '../feed/FeedPasses.ts';
import type { PresentLink } from './PresentLink.ts';
import { policyChange } from './policyChange.ts';

export type GroupHosting = Pick<
  E2eeClient,
  'setMode' | 'admit' | 'kick' | 'setCohosts' | 'rotateLink' | 'announceLink'
>;

export interface HostingOptions {
  /** The group's side of the present place in the Room; null where there is none. */
  group(): GroupHosting | null;
  ask: Ask;
  self(): string;
  nameOf(peerId: string): string | undefined;
  notify(notice: Pick<Notice, 'kind'> & Partial<Notice>): void;
  link: PresentLink;
  /** All come back to a new group, the host as well: what its policy is for the moment is no news. */
  isSettling?(): boolean;
  /** By which machines come in without being asked for. */
  passes?(): Pick<FeedPasses, 'lets' | 'used'>;
}

/** The server is told what the group has adopted already: again while it does not answer, and no longer than a person would wait. */
const TELL_AGAIN_AFTER_MS = [500, 2_000, 5_000, 10_000];
/** A lost race is over by then; the machine waits for longer. */
const ADMIT_AGAIN_MS = 1_000;
/** What the server says where telling it again would change nothing. */
const FINAL: readonly string[] = ['not_found', 'forbidden', 'not_sealed', 'bad_request', 'closed'];

const NOBODY: PolicyView = { mode: 'open', host: null, cohosts: [], acting: [], linkGeneration: 0, knocks: [] };

export class Hosting implements HostActions {
  readonly #options: HostingOptions;
  /** The last one that was confirmed; kept while the group is rejoined, so that nothing flickers. */
  #policy: PolicyView | null = null;
  /** The one that the person knows of. */
  #told: PolicyView | null = null;
  #isIn = false;
  /** What the server says of the mode, as far as we know. */
  #hint: RoomMode = 'open';
  /** The newest list, since an older one may be told again after it. */
  #named: string[] = [];
  /** Nobody was named since our place is the present one. */
  #isAnew = false;
  /** Keys of machines that are being let in by their tickets. */
  readonly #expected = new Set<string>();
  readonly #timers = new Set<() => void>();
  #closed = false;

  constructor(options: HostingOptions) {
    this.#options = options;
  }

  get view(): HostingView {
    const policy = this.#policy ?? NOBODY;
    const self = this.#options.self();
    // Whoever is not in the group at the moment leads nobody.
    const acts = this.#isIn && policy.acting.includes(self);
    const knocks = acts ? policy.knocks.filter((knock) => !this.#isExpected(knock)) : [];
    return { ...policy, knocks, iAct: acts, iAmHost: policy.host === self };
  }

  /** Of the link that the group follows. */
  get #linkGeneration(): number {
    return (this.#policy ?? NOBODY).linkGeneration;
  }

  /** As the host: what was chosen here last, to be brought back into a new group. */
  get chosenMode(): RoomMode | undefined {
    return this.view.iAmHost ? this.#policy?.mode : undefined;
  }

  /** The same of co-hosts: who of them comes back is named again. */
  get chosenCohosts(): readonly string[] {
    return this.view.iAmHost ? this.view.cohosts : [];
  }

  /** Of a fresh place: another group may be met there, with another policy. */
  reset(hint: RoomMode): void {
    this.#isIn = false;
    this.#isAnew = true;
    this.#hint = hint;
  }

  hinted(hint: RoomMode): void {
    this.#hint = hint;
  }

  update(view: GroupView): void {
    this.#isIn = view.state === 'in';
    if (view.state !== 'in') return;
    const before = this.#policy;
    this.#policy = view.policy;
    this.#tellChange(before, view.policy);
    this.admitExpected();
    this.#tellServerMode(before, view.policy);
    this.#tellServerCohosts(before, view.policy);
  }

  #tellChange(before: PolicyView | null, policy: PolicyView): void {
    const { notify, nameOf, self } = this.#options;
    for (const knock of policyChange(before, policy, self()).knocks) {
      if (this.#isExpected(knock)) continue;
      notify({ kind: 'knock', peerId: knock.peerId, displayName: knock.displayName });
    }
    if (this.#options.isSettling?.() === true) return;
    const change = policyChange(this.#told, policy, self());
    this.#told = policy;
    if (change.acting !== null) notify({ kind: change.acting });
    if (change.mode !== null) {
      const { mode, by } = change.mode;
      const displayName = by === null ? undefined : nameOf(by);
      notify({
        kind: 'mode',
        mode,
        ...(by === self() ? { self: true } : displayName !== undefined && { displayName }),
      });
    }
  }

  /** On a change only, since two who lead may hold two epochs for a moment, and would go on contradicting each other. */
  #tellServerMode(before: PolicyView | null, policy: PolicyView): void {
    const acts = (one: PolicyView | null) => one?.acting.includes(this.#options.self()) ?? false;
    const isNews = before?.mode !== policy.mode || !acts(before);
    if (!acts(policy) || !isNews || policy.mode === this.#hint) return;
    this.#hint = policy.mode;
    this.#tell(() => this.#options.ask('room:hint', { mode: this.#hint }));
  }

  /** At a fresh place the server may know of none, while the group has them as before. */
  #tellServerCohosts(before: PolicyView | null, { host, cohosts }: PolicyView): void {
    if (!this.#isAnew || host !== this.#options.self()) return;
    if (before !== null && cohosts.every((peerId) => before.host === host && before.cohosts.includes(peerId))) return;
    this.#named = cohosts;
    this.#tell(() => this.#options.ask('room:setCohosts', { peerIds: this.#named }));
  }

  /** A ticket that was made here is an approval: nobody presses for it (SPEC E-209). Again when there are other tickets. */
  admitExpected(): void {
    const knocks = this.#isIn ? (this.#policy?.knocks ?? []) : [];
    for (const knock of knocks) {
      if (!this.#isExpected(knock) || this.#expected.has(knock.keyHash)) continue;
      this.#expected.add(knock.keyHash);
      void this.admit([knock.peerId]).then(({ ok }) => {
        this.#expected.delete(knock.keyHash);
        if (ok) this.#options.passes?.().used(knock);
        else this.#later(() => this.admitExpected());
      });
    }
  }

  #isExpected(knock: Pick<Knock, 'peerId' | 'ticketKey'>): boolean {
    return this.#options.passes?.().lets(knock) ?? false;
  }

  setMode(mode: RoomMode): Promise<HostOutcome> {
    return this.#ofGroup((group) => group.setMode(mode));
  }

  admit(peerIds: string[]): Promise<HostOutcome> {
    return this.#ofGroup((group) => group.admit(peerIds));
  }

  async deny(peerIds: string[]): Promise<HostOutcome> {
    const outcomes = await Promise.all(peerIds.map((peerId) => this.#sendOff(peerId)));
    return outcomes.find(({ ok }) => !ok) ?? { ok: true };
  }

  async #sendOff(peerId: string): Promise<HostOutcome> {
    try {
      await this.#options.ask('room:kick', { peerId });
      return { ok: true };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'not_found') return { ok: true };
      return { ok: false, fault: code === 'forbidden' || code === 'not_sealed' ? 'notActing' : 'failed' };
    }
  }

  /** Without the group's word nothing happens; with it the server cuts the Peer, which holds no keys by then. */
  async removePeer(peerId: string): Promise<HostOutcome> {
    // Nobody would follow it (SPEC E-88).
    if (peerId === this.#policy?.host) return { ok: false, fault: 'notActing' };
    const outcome = await this.#ofGroup((group) => group.kick(peerId));
    if (outcome.ok) this.#tell(() => this.#options.ask('room:kick', { peerId }));
    return outcome;
  }

  async setCohosts(peerIds: string[]): Promise<HostOutcome> {
    const outcome = await this.#ofGroup((group) => group.setCohosts(peerIds));
    if (!outcome.ok) return outcome;
    this.#isAnew = false;
    this.#named = peerIds;
    this.#tell(() => this.#options.ask('room:setCohosts', { peerIds: this.#named }));
    return outcome;
  }

  async newLink(): Promise<NewLinkOutcome> {
    const secret = createLinkSecret();
    const verifiers = await verifiersOf(secret, this.#options.link.get().roomId, this.#linkGeneration + 1);
    // A copy, since the worker's side may wipe what it is given.
    const outcome = await this.#ofGroup((group) => group.rotateLink(secret.slice(), verifiers));
    return outcome.ok ? { ok: true, link: this.#options.link.replace(secret) } : outcome;
  }

  async announceLink(): Promise<HostOutcome> {
    const { secret, roomId } = this.#options.link.get();
    const verifiers = await verifiersOf(secret, roomId, this.#linkGeneration);
    return this.#ofGroup((group) => group.announceLink(verifiers));
  }

  /** The group went over to a new link, by whomever. */
  linkReplaced(secret: Uint8Array): void {
    const { link, notify } = this.#options;
    if (link.get() !== link.replace(secret)) notify({ kind: 'newLink' });
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  async #ofGroup(act: (group: GroupHosting) => Promise<void>): Promise<HostOutcome> {
    const group = this.#options.group();
    if (group === null) return { ok: false, fault: 'busy' };
    try {
      await act(group);
      return { ok: true };
    } catch (error) {
      return { ok: false, fault: faultOf(error) };
    }
  }

  #tell(ask: () => Promise<unknown>, attempt = 0): void {
    ask().catch((error: unknown) => {
      const ms = TELL_AGAIN_AFTER_MS[attempt];
      if (this.#closed || ms === undefined || FINAL.includes(codeOf(error))) return;
      this.#later(() => this.#tell(ask, attempt + 1), ms);
    });
  }

  #later(act: () => void, ms = ADMIT_AGAIN_MS): void {
    if (this.#closed) return;
    const stop = after(ms, () => {
      this.#timers.delete(stop);
      act();
    });
    this.#timers.add(stop);
  }
}

/** The worker rejects with one word. */
function faultOf(error: unknown): HostFault {
  switch (error instanceof Error ? error.message : '') {
    case 'notActing':
    case 'notHost':
      return 'notActing';
    case 'notThere':
      return 'notThere';
    case 'untold':
      return 'untold';
    case 'busy':
    case 'timeout':
    case 'notInGroup':
      return 'busy';
    default:
      return 'failed';
  }
}
