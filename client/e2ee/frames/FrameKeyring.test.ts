import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { epochKeys, GROUP, ManualClock, MEMBERS } from '../test/fakeFrames.ts';
import { STREAM_NAMES, type StreamName } from '../messages.ts';
import { FrameKeyring, type EpochKeys, type SealTicket } from './FrameKeyring.ts';
import { unpackKid } from './kid.ts';

const OTHER_GROUP = new Uint8Array([9, 9, 9, 9]);

function keyring(clock = new ManualClock(), incarnation = 0, counterLimit?: number): FrameKeyring {
  return new FrameKeyring({ incarnation, nowMs: clock.nowMs, ...(counterLimit === undefined ? {} : { counterLimit }) });
}

function ticketOf(ring: FrameKeyring): SealTicket {
  const ticket = ring.takeTicket('camera');
  if (typeof ticket === 'string') throw new Error(ticket);
  return ticket;
}

describe('F-1 base keys', () => {
  it('F-1 zeroes the base key, also where the epoch is refused', async () => {
    const ring = keyring();
    const taken = epochKeys(3, 1, MEMBERS);
    const repeated = epochKeys(3, 1, MEMBERS);
    const concurrent = epochKeys(3, 1, MEMBERS);
    const impossible = epochKeys(4, 1_024, MEMBERS);
    await Promise.all([ring.addEpoch(taken), ring.addEpoch(concurrent)]);
    await ring.addEpoch(repeated);
    await expect(ring.addEpoch(impossible)).rejects.toThrow(RangeError);
    for (const { baseKey } of [taken, repeated, concurrent, impossible])
      expect([...baseKey]).toEqual(Array(16).fill(0));
    expect(ring.resolveEpoch(4)).toBeUndefined();
  });

  it('F-1 refuses a base key that has not 16 bytes', async () => {
    const short = { ...epochKeys(1, 0, MEMBERS), baseKey: new Uint8Array(8).fill(1) };
    await expect(keyring().addEpoch(short)).rejects.toThrow(RangeError);
    expect([...short.baseKey]).toEqual(Array(8).fill(0));
  });
});

describe('F-2 KIDs given out', () => {
  it('F-2 names incarnation, stream, own leaf and the epoch mod 64', async () => {
    const ring = keyring(new ManualClock(), 5);
    await ring.addEpoch(epochKeys(130, 2, MEMBERS));
    ring.sendFrom(GROUP, 130);
    const { kid } = ticketOf(ring);
    expect(unpackKid(kid)).toEqual({ incarnation: 5, domain: 0, stream: 1, leaf: 2, epochBits: 2 });
  });

  it('F-2 refuses an incarnation that has no three bits', () => {
    for (const incarnation of [-1, 8, 0.5]) expect(() => keyring(new ManualClock(), incarnation)).toThrow(RangeError);
  });
});

describe('F-3 counters', () => {
  it('F-3 goes on counting where sending returns to an epoch', async () => {
    const ring = keyring();
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    await ring.addEpoch(epochKeys(2, 0, MEMBERS));
    const counters: bigint[] = [];
    for (const epoch of [1, 2, 1]) {
      ring.sendFrom(GROUP, epoch);
      counters.push(ticketOf(ring).ctr, ticketOf(ring).ctr);
      ring.stopSending();
    }
    expect(counters).toEqual([0n, 1n, 0n, 1n, 2n, 3n]);
  });

  it('F-3 refuses an epoch that was forgotten, so that its counters cannot start again', async () => {
    const ring = keyring();
    await ring.addEpoch(epochKeys(5, 0, MEMBERS));
    ring.sendFrom(GROUP, 5);
    ticketOf(ring);
    ring.clear();
    await expect(ring.addEpoch(epochKeys(5, 0, MEMBERS))).rejects.toThrow(RangeError);
    await expect(ring.addEpoch(epochKeys(4, 0, MEMBERS))).rejects.toThrow(RangeError);
    await ring.addEpoch(epochKeys(6, 0, MEMBERS));
    ring.sendFrom(GROUP, 6);
    expect(ticketOf(ring).ctr).toBe(0n);
  });

  it('F-3 refuses another base key under an epoch that it holds, and keeps the first', async () => {
    const ring = keyring();
    const otherKey = () => ({ ...epochKeys(7, 0, MEMBERS), baseKey: new Uint8Array(16).fill(0xee) });
    await ring.addEpoch(epochKeys(7, 0, MEMBERS));
    const first = ring.resolveEpoch(7);
    const other = otherKey();
    await expect(ring.addEpoch(other)).rejects.toThrow(RangeError);
    expect([...other.baseKey]).toEqual(Array(16).fill(0));
    expect(ring.resolveEpoch(7)).toBe(first);
    await expect(ring.addEpoch(epochKeys(7, 0, MEMBERS))).resolves.toBeUndefined();
    const arriving = ring.addEpoch(epochKeys(8, 0, MEMBERS));
    await expect(ring.addEpoch({ ...otherKey(), epoch: 8 })).rejects.toThrow(RangeError);
    await expect(arriving).resolves.toBeUndefined();
  });

  it('F-3 drops undone epochs at once, and takes others under their numbers, but none with a base key of before', async () => {
    const ring = keyring();
    for (const epoch of [6, 7, 8]) await ring.addEpoch(epochKeys(epoch, 0, MEMBERS));
    ring.sendFrom(GROUP, 7);
    ticketOf(ring);
    ring.voidAfter(GROUP, 6);
    expect(ring.takeTicket('camera')).toBe('noKey');
    expect([6, 7, 8].map((bits) => ring.resolveEpoch(bits)?.epoch)).toEqual([6, undefined, undefined]);
    const same = epochKeys(7, 0, MEMBERS);
    await expect(ring.addEpoch(same)).rejects.toThrow(RangeError);
    expect([...same.baseKey]).toEqual(Array(16).fill(0));
    await ring.addEpoch(branchKeys(7, 1));
    ring.sendFrom(GROUP, 7);
    expect(ticketOf(ring).ctr).toBe(0n);
    ring.sendFrom(GROUP, 6);
    expect(ticketOf(ring).ctr).toBe(0n);
  });

  it('F-3 holds an epoch no longer that was still being derived when it was undone', async () => {
    const ring = keyring();
    const arrival = ring.addEpoch(epochKeys(7, 0, MEMBERS));
    ring.voidAfter(GROUP, 6);
    await arrival;
    expect(ring.isEmpty).toBe(true);
    await ring.addEpoch(branchKeys(7, 1));
    expect(ring.resolveEpoch(7)?.epoch).toBe(7);
  });

  it('F-3 leaves other groups and earlier epochs alone where epochs are undone', async () => {
    const ring = keyring();
    await ring.addEpoch(epochKeys(9, 0, MEMBERS, OTHER_GROUP));
    await ring.addEpoch(epochKeys(5, 0, MEMBERS));
    ring.sendFrom(GROUP, 5);
    ring.voidAfter(GROUP, 5);
    expect(ring.isSending).toBe(true);
    expect([5, 9].map((bits) => ring.resolveEpoch(bits)?.epoch)).toEqual([5, 9]);
  });

  it('F-3 gives nothing more out once a counter is spent, and goes on under the next epoch', async () => {
    const ring = keyring(new ManualClock(), 0, 3);
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    await ring.addEpoch(epochKeys(2, 0, MEMBERS));
    ring.sendFrom(GROUP, 1);
    const counters = [ticketOf(ring), ticketOf(ring), ticketOf(ring)].map(({ ctr }) => ctr);
    expect(counters).toEqual([0n, 1n, 2n]);
    expect([ring.takeTicket('camera'), ring.takeTicket('camera')]).toEqual(['counterSpent', 'counterSpent']);
    expect(ring.takeTicket('mic')).toMatchObject({ ctr: 0n });
    ring.sendFrom(GROUP, 2);
    expect(ticketOf(ring).ctr).toBe(0n);
  });

  it('F-3 never gives one (base key, KID, CTR) out twice, over epochs and their branches, groups, streams and incarnations', async () => {
    let rebranched = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async (script) => {
        const life = new Life();
        for (const step of script) await life.play(step);
        expect(new Set(life.taken).size).toBe(life.taken.length);
        rebranched += life.rebranched;
      }),
      { numRuns: 120 },
    );
    // Else no number was ever used for a second branch, and the test said nothing of it.
    expect(rebranched).toBeGreaterThan(0);
  });
});

const groups = fc.constantFrom(GROUP, OTHER_GROUP);
const epochs = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 70 }));
const branches = fc.integer({ min: 0, max: 2 });
const steps = fc.oneof(
  fc.record({ act: fc.constant('add' as const), group: groups, epoch: epochs, branch: branches }),
  fc.record({ act: fc.constant('sendFrom' as const), group: groups, epoch: epochs }),
  fc.record({ act: fc.constant('addAndSend' as const), group: groups, epoch: epochs, branch: branches }),
  fc.record({ act: fc.constant('undo' as const), branch: branches }),
  fc.record({
    act: fc.constant('retire' as const),
    group: groups,
    epoch: epochs,
    afterMs: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({ act: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }),
  fc.record({
    act: fc.constant('take' as const),
    stream: fc.constantFrom(...STREAM_NAMES),
    count: fc.integer({ min: 1, max: 9 }),
  }),
  fc.constantFrom({ act: 'stop' as const }, { act: 'clear' as const }, { act: 'restart' as const }),
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** A life of the e2eeWorker, restarts included, that names what each ticket seals with. */
class Life {
  readonly taken: string[] = [];
  /** How often an epoch's number was taken again, with another base key. */
  rebranched = 0;
  readonly #clock = new ManualClock();
  #incarnation = 0;
  #ring = keyring(this.#clock, 0);
  /** By group and epoch: the branch whose base key was taken last. */
  readonly #branchOf = new Map<string, number>();
  #sending = { group: GROUP, epoch: 0 };

  async play(step: Step): Promise<void> {
    if (step.act === 'add') await this.#add(step.group, step.epoch, step.branch);
    else if (step.act === 'addAndSend') await this.#addAndSend(step.group, step.epoch, step.branch);
    else if (step.act === 'sendFrom') this.#send(step.group, step.epoch);
    else if (step.act === 'undo') await this.#undo(step.branch);
    else if (step.act === 'retire') this.#ring.retireOlderThan(step.group, step.epoch, step.afterMs);
    else if (step.act === 'wait') this.#clock.advance(step.ms);
    else if (step.act === 'stop') this.#ring.stopSending();
    else if (step.act === 'clear') this.#ring.clear();
    else if (step.act === 'take') this.#take(step.stream, step.count);
    else if (this.#incarnation < 7) this.#ring = keyring(this.#clock, ++this.#incarnation);
  }

  async #add(group: Uint8Array<ArrayBuffer>, epoch: number, branch: number): Promise<void> {
    const name = `${group[0]}/${epoch}`;
    const adding = this.#ring.addEpoch(branchKeys(epoch, branch, group));
    const isTaken = await adding.then(
      () => true,
      () => false,
    );
    if (!isTaken) return;
    if ((this.#branchOf.get(name) ?? branch) !== branch) this.rebranched += 1;
    this.#branchOf.set(name, branch);
  }

  async #addAndSend(group: Uint8Array<ArrayBuffer>, epoch: number, branch: number): Promise<void> {
    await this.#add(group, epoch, branch);
    this.#send(group, epoch);
  }

  #send(group: Uint8Array<ArrayBuffer>, epoch: number): void {
    this.#ring.sendFrom(group, epoch);
    this.#sending = { group, epoch };
  }

  /** What is sent under is undone, and comes again as this branch: the same one, where a server means ill. */
  async #undo(branch: number): Promise<void> {
    const { group, epoch } = this.#sending;
    this.#take('mic', 1);
    this.#ring.voidAfter(group, epoch - 1);
    await this.#addAndSend(group, epoch, branch);
    this.#take('mic', 1);
  }

  #take(stream: StreamName, count: number): void {
    const name = `${this.#sending.group[0]}/${this.#sending.epoch}`;
    for (let taken = 0; taken < count; taken++) {
      const ticket = this.#ring.takeTicket(stream);
      if (typeof ticket === 'string') return;
      this.taken.push(`${name}/${this.#branchOf.get(name)}/${ticket.kid}/${ticket.ctr}`);
    }
  }
}

/** The epoch as another commit in its place would have made it. */
function branchKeys(epoch: number, branch: number, group = GROUP): EpochKeys {
  const keys = epochKeys(epoch, 1, MEMBERS, group);
  keys.baseKey[15] = (keys.baseKey[15] ?? 0) ^ (branch << 6);
  return keys;
}

describe('F-6 sending', () => {
  it('F-6 is off until it is switched on, and off again after a stop or a clear', async () => {
    const ring = keyring();
    expect(ring.takeTicket('mic')).toBe('noKey');
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    expect(ring.takeTicket('mic')).toBe('noKey');
    ring.sendFrom(GROUP, 1);
    expect(ring.takeTicket('mic')).toMatchObject({ ctr: 0n });
    ring.stopSending();
    expect(ring.takeTicket('mic')).toBe('noKey');
    ring.sendFrom(GROUP, 1);
    ring.clear();
    expect(ring.takeTicket('mic')).toBe('noKey');
  });

  it('F-6 stops where it is switched to an epoch without keys, instead of going on under the old one', async () => {
    const ring = keyring();
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    ring.sendFrom(GROUP, 1);
    ring.sendFrom(GROUP, 2);
    expect(ring.takeTicket('mic')).toBe('noKey');
  });

  it('F-6 does not bring back, after a clear, an epoch that was still being derived', async () => {
    const ring = keyring();
    const arrival = ring.addEpoch(epochKeys(1, 0, MEMBERS));
    ring.clear();
    await arrival;
    expect(ring.isEmpty).toBe(true);
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    expect(ring.isEmpty).toBe(false);
  });
});

describe('F-12 epochs held', () => {
  it('F-12 keeps a retired epoch for its time and no longer', async () => {
    const clock = new ManualClock();
    const ring = keyring(clock);
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    await ring.addEpoch(epochKeys(2, 0, MEMBERS));
    ring.retireOlderThan(GROUP, 2, 10_000);
    clock.advance(9_999);
    expect(ring.resolveEpoch(1)?.epoch).toBe(1);
    clock.advance(1);
    expect(ring.resolveEpoch(1)).toBeUndefined();
    expect(ring.resolveEpoch(2)?.epoch).toBe(2);
  });

  it('F-12 does not let a later, longer retirement keep an epoch for longer', async () => {
    const clock = new ManualClock();
    const ring = keyring(clock);
    for (const epoch of [1, 2, 3]) await ring.addEpoch(epochKeys(epoch, 0, MEMBERS));
    ring.retireOlderThan(GROUP, 2, 1_000);
    ring.retireOlderThan(GROUP, 3, 10_000);
    clock.advance(1_000);
    expect([1, 2].map((epoch) => ring.resolveEpoch(epoch)?.epoch)).toEqual([undefined, 2]);
  });

  it('F-12 stops sending under an epoch whose time is over', async () => {
    const clock = new ManualClock();
    const ring = keyring(clock);
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    ring.sendFrom(GROUP, 1);
    await ring.addEpoch(epochKeys(2, 0, MEMBERS));
    ring.retireOlderThan(GROUP, 2, 100);
    clock.advance(100);
    expect(ring.takeTicket('mic')).toBe('noKey');
    expect(ring.isSending).toBe(false);
  });

  it('F-12 retires the epochs of an earlier group with the first of the next', async () => {
    const clock = new ManualClock();
    const ring = keyring(clock);
    await ring.addEpoch(epochKeys(9, 0, MEMBERS));
    await ring.addEpoch(epochKeys(1, 0, MEMBERS, OTHER_GROUP));
    ring.retireOlderThan(OTHER_GROUP, 1, 50);
    clock.advance(50);
    expect(ring.resolveEpoch(9)).toBeUndefined();
    expect(ring.resolveEpoch(1)?.epoch).toBe(1);
  });

  it('F-12 forgets everything in time where nothing new comes', async () => {
    const clock = new ManualClock();
    const ring = keyring(clock);
    const due: number[] = [];
    ring.watchRetirement(() => due.push(ring.nextRetirementMs));
    await ring.addEpoch(epochKeys(9, 0, MEMBERS));
    await ring.addEpoch(epochKeys(10, 0, MEMBERS));
    ring.retireAll(10_000);
    clock.advance(9_999);
    expect(ring.resolveEpoch(10)?.epoch).toBe(10);
    clock.advance(1);
    ring.purge();
    expect(ring.isEmpty).toBe(true);
    expect(due).toHaveLength(1);
  });

  it('F-12 reads six bits as the newest epoch they fit, and drops the elder of a group as RFC 9605, section 5.2 demands', async () => {
    const ring = keyring();
    await ring.addEpoch(epochKeys(1, 0, MEMBERS));
    await ring.addEpoch(epochKeys(65, 0, MEMBERS));
    expect(ring.resolveEpoch(1)?.epoch).toBe(65);
    ring.sendFrom(GROUP, 1);
    expect(ring.isSending).toBe(false);
    await ring.addEpoch(epochKeys(129, 0, MEMBERS, OTHER_GROUP));
    expect(ring.resolveEpoch(1)?.epoch).toBe(129);
  });

  it('F-12 goes by the order in which epochs were asked for, not by which was derived first', async () => {
    const ring = keyring();
    // The first one's import is slow: it is held last, but is still the elder.
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    vi.spyOn(crypto.subtle, 'importKey').mockImplementationOnce(async (...given: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return importKey(...(given as Parameters<typeof importKey>));
    });
    await Promise.all([ring.addEpoch(epochKeys(1, 0, MEMBERS, OTHER_GROUP)), ring.addEpoch(epochKeys(65, 0, MEMBERS))]);
    vi.restoreAllMocks();
    expect(ring.resolveEpoch(1)?.epoch).toBe(65);
  });
});
