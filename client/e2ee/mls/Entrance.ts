// Who waits to be added: their key packages, opened once, and which of them the host's policy lets this device add.
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import type { Knock } from '../messages.ts';
import { bytesEqual, toBase64Url } from '../util/bytes.ts';
import { authorityOf, isVouchedFor } from './authority.ts';
import type { QueueSnapshot } from './commitPlan.ts';
import type { SessionContext } from './context.ts';
import type { Identity } from './credential.ts';
import { isMachineEntering } from './machinePass.ts';
import { groupIdOf, leaves, selfLeafOf, type Group } from './group.ts';
import type { HostPlan } from './HostDuty.ts';
import { openKeyPackage } from './keyPackage.ts';
import { mayLetIn, screenAdds, type CommitFacts } from './policy.ts';
import { keyHashOf } from './views.ts';

interface Opened {
  keyPackage: KeyPackage;
  identity: Identity;
  /** SHA-256 of the signature key, hex. */
  keyHash: string;
  /** Of a machine that showed for this very leaf that it holds it. */
  ticketKey?: string;
}

export interface Sorted {
  /** Whom we may add. */
  keyPackages: Map<string, KeyPackage>;
  /** Whom an acting host may let in; empty on other devices. */
  knocks: Knock[];
}

export class Entrance {
  readonly #context: SessionContext;
  /** What waiting Peers sent: null where it could not be opened, or failed once. */
  readonly #opened = new Map<string, { sealed: Uint8Array; opened: Opened | null }>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  async sort(group: Group, { waiting }: QueueSnapshot, host: HostPlan, facts: CommitFacts): Promise<Sorted> {
    const sorted: Sorted = { keyPackages: new Map(), knocks: [] };
    const authority = authorityOf(group, host.word, selfLeafOf(group));
    for (const { peerId, sealed } of waiting) {
      const opened = await this.#openOnce(group, peerId, sealed);
      if (opened === null) continue;
      const { keyPackage, keyHash, identity, ticketKey } = opened;
      const isLetIn = authority.modeAfter === 'open' || host.isAdmitted(peerId, keyHash);
      if ((mayLetIn(authority) && isLetIn) || (await this.#isVouchedFor(group, opened))) {
        sorted.keyPackages.set(peerId, keyPackage);
      } else if (authority.isActing && authority.modeAfter === 'approve' && isSound(group, opened, facts)) {
        const { displayName } = identity;
        sorted.knocks.push({ peerId, displayName, keyHash, ...(ticketKey !== undefined && { ticketKey }) });
      }
    }
    this.#forgetAllBut(waiting);
    return sorted;
  }

  /** A package passed our checks and fails the library's: its owner will send another. */
  distrust(peerIds: readonly string[]): void {
    for (const peerId of peerIds) {
      const known = this.#opened.get(peerId);
      if (known !== undefined) known.opened = null;
    }
  }

  /** The group goes by another link now: what could not be opened may be opened, and the other way round. */
  forgetAll(): void {
    this.#opened.clear();
  }

  #forgetAllBut(waiting: QueueSnapshot['waiting']): void {
    for (const peerId of this.#opened.keys()) {
      if (!waiting.some((other) => other.peerId === peerId)) this.#opened.delete(peerId);
    }
  }

  async #openOnce(group: Group, peerId: string, sealed: Uint8Array): Promise<Opened | null> {
    const known = this.#opened.get(peerId);
    if (known !== undefined && bytesEqual(known.sealed, sealed)) return known.opened;
    const { suite, keys } = this.#context.env;
    const opened = await openKeyPackage(suite, keys, sealed, groupIdOf(group), peerId).then(
      async ({ keyPackage, identity }) => {
        const { signaturePublicKey } = keyPackage.leafNode;
        const { machine } = identity;
        const isShown = machine !== undefined && (await isMachineEntering(machine, identity, signaturePublicKey));
        const keyHash = await keyHashOf(signaturePublicKey);
        return { keyPackage, identity, keyHash, ...(isShown && { ticketKey: toBase64Url(machine.ticketKey) }) };
      },
      () => null,
    );
    this.#opened.set(peerId, { sealed, opened });
    return opened;
  }

  /** A device that was here and shows it, or the host's (SPEC E-84, E-87). */
  #isVouchedFor(group: Group, { keyPackage, identity }: Opened): Promise<boolean> {
    const last = leaves(group).find((leaf) => leaf.identity.peerId === identity.peerId);
    return isVouchedFor(
      this.#context.env,
      keyPackage.leafNode,
      last && { key: last.signatureKey, identity: last.identity },
    );
  }
}

/** Whether letting it in would be a commit that others follow. */
function isSound(group: Group, { keyPackage, identity }: Opened, facts: CommitFacts): boolean {
  const { mls, usedKeys, policy } = group;
  const state = { tree: mls.ratchetTree, usedKeys, authority: { linkGeneration: policy.linkGeneration } };
  const removed = leaves(group).filter((leaf) => leaf.identity.peerId === identity.peerId);
  const [fault] = screenAdds(
    [keyPackage],
    removed.map(({ leafIndex }) => leafIndex),
    state,
    facts,
  );
  return fault === undefined;
}
