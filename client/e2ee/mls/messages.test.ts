// What members say to each other while epochs change under them.
import { afterEach, describe, expect, it } from 'vitest';
import { inView, viewOf, World } from '../test/World.ts';
import { utf8 } from '../util/bytes.ts';

const worlds: World[] = [];
function createWorld(): World {
  const world = new World();
  worlds.push(world);
  return world;
}
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

describe('Session: messages', () => {
  it('E-57 what one says all others hear, once, under the name of its leaf', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const said = world.get('a').session.say(utf8('hello'));
    await world.settle();
    await said;
    expect(world.get('b').said).toEqual([{ from: 'a', text: 'hello', epoch: 2 }]);
    expect(world.get('c').said).toHaveLength(1);
    expect(world.get('a').said).toHaveLength(0);
  });

  it('E-58 a message that arrives after the commit that ended its epoch is not lost', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.delivery.holdRequest = (peerId, request) => peerId === 'a' && request.name === 'mls:message';
    const said = world.get('a').session.say(utf8('from the old epoch'));
    await world.settle();
    await world.enter('d');
    await world.advance(4_000);
    expect(inView(world.get('b')).epoch).toBe(3);
    world.delivery.holdRequest = () => false;
    await world.settle();
    await said;
    expect(world.get('b').said).toEqual([{ from: 'a', text: 'from the old epoch', epoch: 2 }]);
    expect(world.get('d').said).toEqual([]);
  });

  it('E-55 a newcomer cannot open what was said before it came, even where the server hands it over', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    void world.get('a').session.say(utf8('before your time'));
    await world.settle();
    const sent = world.delivery.log.find(({ request }) => request.name === 'mls:message')!.request;
    await world.gather('c');
    world.delivery.forge('c', { ...sent, from: 'a' } as Parameters<typeof world.delivery.forge>[1]);
    await world.settle();
    await world.advance(12_000);
    expect(world.get('b').said.map(({ text }) => text)).toEqual(['before your time']);
    expect(world.get('c').said).toEqual([]);
  });

  it('E-37 one who was removed cannot open what is said after, even where the server hands it all over', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    const { groupId, epoch } = world.delivery.group!.ref;
    // Gone for the others; its Session lives on and is fed everything.
    world.delivery.disconnect('c');
    const c = world.get('c');
    await world.settle();
    await world.advance(4_000);
    void world.get('a').session.say(utf8('without you'));
    await world.settle();
    for (const { peerId, request } of world.delivery.log) {
      if (request.name === 'mls:message') c.session.deliver({ ...request, from: peerId });
      if (request.name === 'mls:commit' && request.epoch === epoch) {
        c.session.deliver({ name: 'mls:commit', groupId, epoch, from: peerId, commit: request.commit });
      }
    }
    await c.session.idle();
    await world.advance(3_000);
    expect(world.get('b').said.map(({ text }) => text)).toEqual(['without you']);
    expect(c.said).toEqual([]);
    expect(viewOf(c)).toMatchObject({ state: 'resync', cause: 'removedNotGone' });
  });

  it('E-58 messages opened while a commit of ours is under way do not spoil later ones of that epoch', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    const waitingCommits = new Set<string>();
    world.delivery.holdRequest = (peerId, request) =>
      request.name === 'mls:commit' && waitingCommits.add(peerId).size > 0;
    await world.enter('c');
    await world.settle();
    const [committerId] = waitingCommits;
    const committer = world.get(committerId!);
    const speaker = world.get(committerId === 'a' ? 'b' : 'a');
    const first = speaker.session.say(utf8('one'));
    await world.settle();
    await first;
    world.delivery.holdRequest = (_, request) => request.name === 'mls:message';
    const second = speaker.session.say(utf8('two'));
    await world.settle();
    world.delivery.holdRequest = () => false;
    await world.settle();
    await second;
    expect(inView(committer).epoch).toBe(2);
    expect(committer.said.map(({ text, epoch }) => [text, epoch])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
  });

  it('E-58 a message that the server takes for too old is sealed again under the present epoch', async () => {
    const world = createWorld();
    await world.gather('a', 'b');
    let refusals = 0;
    world.delivery.intercept = (_, request) =>
      request.name === 'mls:message' && request.epoch === 1 && refusals++ === 0
        ? { outcome: 'failed', code: 'conflict' }
        : undefined;
    const said = world.get('a').session.say(utf8('persistent'));
    await world.settle();
    await world.enter('c');
    await world.advance(3_000);
    await said;
    expect(world.get('b').said).toEqual([{ from: 'a', text: 'persistent', epoch: 2 }]);
    expect(world.get('c').said).toEqual([{ from: 'a', text: 'persistent', epoch: 2 }]);
  });

  it('E-58 a message of an epoch that has not arrived yet waits for it', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.delivery.hold('c');
    await world.enter('d');
    await world.advance(4_000);
    void world.get('a').session.say(utf8('ahead'));
    await world.settle();
    const late: { name: string }[] = [];
    world.delivery.unhold('c');
    // The commit overtaken by the message: the server's order is not taken on trust.
    world.delivery.lose('c', (event) => event.name === 'mls:commit' && late.push(event) > 0);
    await world.settle();
    expect(world.get('c').said).toEqual([]);
    world.delivery.forge('c', late[0] as Parameters<typeof world.delivery.forge>[1]);
    await world.settle();
    expect(world.get('c').said).toEqual([{ from: 'a', text: 'ahead', epoch: 3 }]);
  });

  it('E-59 a message that the server gives out as another member’s is dropped', async () => {
    const world = createWorld();
    await world.gather('a', 'b', 'c');
    world.delivery.hold('c');
    void world.get('a').session.say(utf8('I am a'));
    await world.settle();
    const taken: object[] = [];
    world.delivery.lose('c', (event) => event.name === 'mls:message' && taken.push(event) > 0);
    world.delivery.unhold('c');
    world.delivery.forge('c', { ...taken[0], from: 'b' } as Parameters<typeof world.delivery.forge>[1]);
    await world.settle();
    expect(world.get('c').said).toEqual([]);
  });

  it('E-59 saying something without a group is refused after ten seconds', async () => {
    const world = createWorld();
    const a = await world.person('a');
    const said = a.session.say(utf8('anybody?'));
    const outcome = said.then(
      () => 'sent',
      (error: Error) => error.message,
    );
    await world.settle();
    await world.advance(10_100);
    expect(await outcome).toBe('notInGroup');
  });
});
