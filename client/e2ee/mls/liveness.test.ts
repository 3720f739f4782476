// Sessions against a server that withholds, divides and relabels: each notices in bounded time, and stops sending.
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerEvent, ServerRequest } from '../messages.ts';
import { inView, memberIds, viewOf, World, type Person } from '../test/World.ts';

const worlds: World[] = [];
function createWorld(): World {
  const world = new World();
  worlds.push(world);
  return world;
}
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

const stateOf = (person: Person) => viewOf(person).state;
const fencesOf = ({ views }: Person) => views.flatMap((view) => (view.state === 'fenced' ? [view.cause] : []));

function requestsOf<Name extends ServerRequest['name']>(world: World, name: Name, by?: string) {
  return world.delivery.log.flatMap(({ peerId, request }) =>
    request.name === name && (by === undefined || peerId === by)
      ? [request as Extract<ServerRequest, { name: Name }>]
      : [],
  );
}

/** All of them in one epoch, with the same digits, and sending. */
function expectTogether(world: World, ...peerIds: string[]): void {
  const views = peerIds.map((peerId) => inView(world.get(peerId)));
  expect(new Set(views.map(({ safetyCode }) => safetyCode.digits.join(' '))).size).toBe(1);
  for (const peerId of peerIds) {
    expect(memberIds(world.get(peerId)).toSorted()).toEqual(peerIds.toSorted());
    expect(world.get(peerId).keys.sending).not.toBeNull();
  }
}

describe('Liveness: heartbeats', () => {
  it('E-62 every member gives a sign of life within two seconds of each new epoch, and every ten seconds', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { epoch } = inView(world.get('a'));
    const before = requestsOf(world, 'mls:heartbeat').length;
    for (const by of ['a', 'b', 'c']) {
      expect(requestsOf(world, 'mls:heartbeat', by).some((beat) => beat.epoch === epoch)).toBe(true);
    }
    await world.advance(60_000);
    const beats = requestsOf(world, 'mls:heartbeat').length - before;
    expect(beats).toBeGreaterThanOrEqual(15);
    expect(beats).toBeLessThanOrEqual(21);
  });

  it('E-62 one who is alone gives none, and is not fenced for hearing none', async () => {
    const world = createWorld();
    await world.gather('a');
    await world.advance(15 * 60_000);
    expect(requestsOf(world, 'mls:heartbeat')).toEqual([]);
    expect(fencesOf(world.get('a'))).toEqual([]);
  });

  it('E-65 members who hear each other are never fenced, whatever comes and goes, for half an hour', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    await world.advance(14 * 60_000);
    await world.gather('c');
    world.leave('a');
    await world.advance(14 * 60_000);
    expectTogether(world, 'b', 'c');
    for (const person of world.people.values()) expect(fencesOf(person)).toEqual([]);
  });
});

describe('Liveness: a server that withholds', () => {
  it('E-64 a member from whom one commit is withheld stops sending within five seconds of hearing of the epoch, and finds back', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const c = world.get('c');
    const epoch = inView(c).epoch;
    world.delivery.withhold = (peerId, event) => peerId === 'c' && event.name === 'mls:commit';
    await world.enter('d');
    // What the newcomer says counts for nothing where it is not known yet.
    const isTold = () =>
      ['a', 'b'].some((by) => requestsOf(world, 'mls:heartbeat', by).some((beat) => beat.epoch > epoch));
    await world.until(isTold, 8_000);
    const tookMs = await world.until(() => stateOf(c) === 'fenced', 5_200);
    expect(tookMs).toBeGreaterThan(4_000);
    expect(viewOf(c)).toEqual({ state: 'fenced', cause: 'behind' });
    expect(c.keys.sending).toBeNull();
    world.delivery.withhold = () => false;
    await world.advance(10_000);
    expect(c.views.some((view) => view.state === 'resync' && view.cause === 'behind')).toBe(true);
    expectTogether(world, 'a', 'b', 'c', 'd');
  });

  it('E-64 where the missing commit still comes, the member goes on without losing its place', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const c = world.get('c');
    const late: ServerEvent[] = [];
    world.delivery.withhold = (peerId, event) => peerId === 'c' && event.name === 'mls:commit' && late.push(event) > 0;
    await world.enter('d');
    await world.until(() => stateOf(c) === 'fenced', 16_000);
    world.delivery.withhold = () => false;
    for (const event of late) world.delivery.forge('c', event);
    await world.settle();
    expect(stateOf(c)).toBe('in');
    await world.advance(3_000);
    expectTogether(world, 'a', 'b', 'c', 'd');
    expect(c.views.some(({ state }) => state === 'resync')).toBe(false);
  });

  it('E-63 a later epoch that no leaf of ours signed for, or that is told of again and again, fences nobody', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId, epoch } = world.delivery.group!.ref;
    const { heartbeat } = requestsOf(world, 'mls:heartbeat', 'a').at(-1)!;
    for (const bytes of [heartbeat, new Uint8Array(104), new Uint8Array(3)]) {
      world.delivery.forge('b', { name: 'mls:heartbeat', groupId, epoch: epoch + 1, from: 'a', heartbeat: bytes });
    }
    await world.advance(10_000);
    expect(fencesOf(world.get('b'))).toEqual([]);
  });

  it('E-65 one who hears nobody for a minute stops sending, and goes on at the next sign of life', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const b = world.get('b');
    world.delivery.withhold = (peerId, event) => peerId === 'b' && event.name === 'mls:heartbeat';
    const tookMs = await world.until(() => stateOf(b) === 'fenced', 61_000);
    expect(tookMs).toBeGreaterThan(45_000);
    expect(viewOf(b)).toEqual({ state: 'fenced', cause: 'silent' });
    const { heartbeat, epoch, groupId } = requestsOf(world, 'mls:heartbeat', 'a').at(-1)!;
    world.delivery.withhold = () => false;
    world.delivery.forge('b', { name: 'mls:heartbeat', groupId, epoch, from: 'a', heartbeat });
    await world.settle();
    expectTogether(world, 'a', 'b');
    expect(b.views.some(({ state }) => state === 'resync')).toBe(false);
  });

  it('E-63 signs of life that are played again keep nobody waiting in a group that has fallen silent', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const b = world.get('b');
    const { heartbeat, epoch, groupId } = requestsOf(world, 'mls:heartbeat', 'a').at(-1)!;
    const own = requestsOf(world, 'mls:heartbeat', 'b').at(-1)!;
    world.delivery.withhold = (peerId, event) => peerId === 'b' && event.name === 'mls:heartbeat';
    for (let passedMs = 0; passedMs < 61_000; passedMs += 1_000) {
      world.delivery.withhold = () => false;
      world.delivery.forge('b', { name: 'mls:heartbeat', groupId, epoch, from: 'a', heartbeat });
      world.delivery.forge('b', { name: 'mls:heartbeat', groupId, epoch, from: 'b', heartbeat: own.heartbeat });
      world.delivery.withhold = (peerId, event) => peerId === 'b' && event.name === 'mls:heartbeat';
      await world.advance(1_000);
    }
    expect(fencesOf(b)).toEqual(['silent']);
  });

  it('E-65 members whom a server lets commit nothing stop sending after eleven minutes without a new epoch', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    world.delivery.intercept = (_, request) =>
      request.name === 'mls:commit' ? { outcome: 'failed', code: 'rate_limited' } : undefined;
    await world.advance(10 * 60_000);
    expect(stateOf(world.get('a'))).toBe('in');
    await world.advance(65_000);
    for (const person of world.people.values()) {
      expect(fencesOf(person)).toEqual(['stale']);
      expect(person.views.some((view) => view.state === 'resync' && view.cause === 'stale')).toBe(true);
    }
  });
});

/** Takes one commit for each half in every epoch, and passes signs of life on as `mayPass` says. */
function divide(world: World, halves: string[][], mayPass: (from: string, to: string) => boolean): void {
  const { delivery } = world;
  const ref = delivery.group!.ref;
  const epochs = new Map(halves.map((half) => [half, ref.epoch]));
  delivery.intercept = (peerId, request) => {
    const half = halves.find((one) => one.includes(peerId))!;
    if (request.name === 'mls:heartbeat') {
      const { groupId, epoch, heartbeat } = request;
      for (const to of world.people.keys()) {
        if (to !== peerId && mayPass(peerId, to))
          delivery.forge(to, { name: 'mls:heartbeat', groupId, epoch, from: peerId, heartbeat });
      }
      return { outcome: 'answered', data: {} };
    }
    if (request.name !== 'mls:commit') return undefined;
    const { groupId, epoch, commit } = request;
    if (epoch !== epochs.get(half)) return { outcome: 'answered', data: { outcome: 'stale', group: ref } };
    epochs.set(half, epoch + 1);
    for (const to of half) {
      if (to !== peerId) delivery.forge(to, { name: 'mls:commit', groupId, epoch, from: peerId, commit });
    }
    return { outcome: 'answered', data: { outcome: 'accepted', epoch: epoch + 1 } };
  };
}

describe('Liveness: a server that divides', () => {
  it('E-66 two halves that are given different commits raise the alarm and stop sending, and nothing the server does lifts it', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c', 'd');
    // After a rekey the next one is due for all at the same time.
    await world.advance(5 * 60_000 + 25_000);
    divide(
      world,
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      () => true,
    );
    const people = [...world.people.values()];
    await world.until(
      () => new Set(people.map((person) => inView(person).safetyCode.digits.join())).size === 2,
      310_000,
    );
    await world.until(() => people.every((person) => stateOf(person) === 'fenced'), 10_000);
    const { groupId } = world.delivery.group!.ref;
    for (const { peerId } of people) world.delivery.forge(peerId, { name: 'mls:ended', groupId });
    await world.advance(12 * 60_000);
    for (const person of people) {
      expect(viewOf(person)).toEqual({ state: 'fenced', cause: 'split' });
      expect(person.keys.sending).toBeNull();
      await expect(Promise.all([person.session.say(new Uint8Array(1)), world.advance(11_000)])).rejects.toThrow(
        'notInGroup',
      );
    }
  });

  it('E-65 one member cut out of everything that is new stops sending within a minute', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const c = world.get('c');
    world.delivery.withhold = (peerId) => peerId === 'c';
    await world.until(() => stateOf(c) === 'fenced', 60_100);
    expect(viewOf(c)).toEqual({ state: 'fenced', cause: 'silent' });
    expect(c.keys.sending).toBeNull();
  });
});

describe('Liveness: commits that the server passes off as one’s own', () => {
  it('E-69 another’s commit that the server passes off as one’s own is followed like any other', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const kept: Extract<ServerEvent, { name: 'mls:commit' }>[] = [];
    world.delivery.withhold = (peerId, event) =>
      peerId === 'c' && event.name === 'mls:commit' && event.from !== 'c' && kept.push(event) > 0;
    await world.enter('d');
    await world.until(() => kept.length > 0, 8_000);
    world.delivery.forge('c', { ...kept[0]!, from: 'c' });
    await world.advance(3_000);
    expectTogether(world, 'a', 'b', 'c', 'd');
  });

  it('E-69 what is nobody’s commit and passed off as one’s own is refused, not passed over', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { groupId, epoch } = world.delivery.group!.ref;
    world.delivery.forge('b', { name: 'mls:commit', groupId, epoch, from: 'b', commit: Uint8Array.of(1, 2, 3) });
    await world.settle();
    await world.advance(3_000);
    expect(viewOf(world.get('b'))).toMatchObject({ state: 'resync', cause: 'malformed' });
    expect(requestsOf(world, 'mls:nack', 'b')).toHaveLength(1);
  });
});

describe('Session: keys that open nothing', () => {
  it('F-13 leads to a new place in the group, and to nothing where the group is fenced or left already', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const { session, views } = world.get('b');
    const before = inView(world.get('b')).epoch;
    session.doubtKeys();
    await world.settle();
    expect(views.at(-1)).toMatchObject({ state: 'resync', cause: 'keys' });
    session.doubtKeys();
    await world.advance(10_000);
    expectTogether(world, 'a', 'b');
    expect(inView(world.get('b')).epoch).toBe(before + 1);
  });
});
