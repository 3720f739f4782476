// The small things everything leans on.
import { describe, expect, test } from 'vitest';
import { clientAddress } from './clientAddress.ts';
import { Closer } from './Closer.ts';
import { isOwnOrigin, requestHost } from './origin.ts';
import { RateLimit } from './RateLimit.ts';
import { equalInConstantTime, tag } from './secrets.ts';
import { Throttle } from './Throttle.ts';
import { TaskQueue } from './TaskQueue.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('TaskQueue', () => {
  test('tasks run one after the other in the order they came, whatever each takes', async () => {
    const queue = new TaskQueue();
    const order: number[] = [];
    const slow = queue.push(async () => {
      await tick();
      order.push(1);
    });
    const quick = queue.push(() => void order.push(2));
    expect(queue.size).toBe(2);
    await Promise.all([slow, quick]);
    await tick();
    expect(order).toEqual([1, 2]);
    expect(queue.size).toBe(0);
  });

  test('a task that fails rejects for its caller and does not stop the next', async () => {
    const queue = new TaskQueue();
    const failing = queue.push(() => Promise.reject(new Error('no')));
    const next = queue.push(() => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  test('after closing, tasks that have not begun never do', async () => {
    const queue = new TaskQueue();
    let ran = false;
    const waiting = queue.push(() => void (ran = true));
    queue.close();
    expect(await waiting).toBeUndefined();
    expect(ran).toBe(false);
  });
});

describe('Closer', () => {
  test('closes in reverse, once, and goes on past one that throws', () => {
    const order: string[] = [];
    const errors: unknown[] = [];
    const closer = new Closer((error) => errors.push(error));
    closer.add(() => order.push('first'));
    closer.add(() => {
      throw new Error('stuck');
    });
    closer.add(() => order.push('last'));
    closer.close();
    closer.close();
    expect(order).toEqual(['last', 'first']);
    expect(errors).toHaveLength(1);
    closer.add(() => order.push('late'));
    expect(order.at(-1)).toBe('late');
    expect(closer.closed).toBe(true);
  });
});

describe('clientAddress', () => {
  test.each([
    ['203.0.113.5', undefined, 0, '203.0.113.5'],
    ['10.0.0.1', '198.51.100.9', 0, '10.0.0.1'],
    ['10.0.0.1', '6.6.6.6, 198.51.100.9', 1, '198.51.100.9'],
    ['10.0.0.1', '6.6.6.6, 198.51.100.9, 10.0.0.2', 2, '198.51.100.9'],
    ['10.0.0.1', '198.51.100.9', 3, '198.51.100.9'],
    ['10.0.0.1', '', 1, '10.0.0.1'],
    ['::ffff:203.0.113.5', undefined, 0, '203.0.113.5'],
    ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['2001:DB8::1', undefined, 0, '2001:db8:0:0::/64'],
    ['::1', undefined, 0, '0:0:0:0::/64'],
  ])('from %s with %s behind %i proxies it is %s', (remote, forwarded, proxies, expected) => {
    expect(clientAddress(remote, forwarded, proxies)).toBe(expected);
  });
});

describe('origins', () => {
  const own = { publicOrigin: undefined, trustedProxies: 0 };
  const behind = { publicOrigin: undefined, trustedProxies: 1 };
  const fixed = { publicOrigin: 'https://meet.example.org', trustedProxies: 0 };

  test.each([
    [{ host: 'a:3000' }, own, true],
    [{ host: 'a:3000', origin: 'http://a:3000' }, own, true],
    [{ host: 'a:3000', origin: 'https://a:3000' }, own, true],
    [{ host: 'a:3000', origin: 'http://b:3000' }, own, false],
    [{ host: 'a:3000', origin: 'null' }, own, false],
    [{ origin: 'http://a' }, own, false],
    [{ host: 'inner', 'x-forwarded-host': 'outer', origin: 'https://outer' }, own, false],
    [{ host: 'inner', 'x-forwarded-host': 'outer', origin: 'https://outer' }, behind, true],
    [{ host: 'inner', origin: 'https://meet.example.org' }, fixed, true],
    [{ host: 'inner', origin: 'http://inner' }, fixed, false],
  ])('headers %j under %j are our own page’s: %s', (headers, rules, expected) => {
    expect(isOwnOrigin(headers, rules)).toBe(expected);
  });

  test('a host that no browser sends is none', () => {
    for (const host of ['a b', "x; script-src 'none'", 'a/b', '', 'a:999999']) {
      expect(requestHost({ host }, own)).toBeUndefined();
    }
    expect(requestHost({ host: '[::1]:3000' }, own)).toBe('[::1]:3000');
  });
});

describe('RateLimit', () => {
  test('past its points a key waits, other keys do not; looking takes nothing', async () => {
    const limit = new RateLimit({ points: 2, perSeconds: 60 });
    expect(await limit.peek('a')).toBe(0);
    expect([await limit.take('a'), await limit.take('a')]).toEqual([0, 0]);
    expect(await limit.peek('a')).toBeGreaterThan(0);
    expect(await limit.take('a')).toBeGreaterThan(0);
    expect(await limit.take('b')).toBe(0);
  });
});

describe('Throttle', () => {
  test('of each kind the first few of a stretch pass, and the next that does says how many did not', () => {
    const throttle = new Throttle(2, 1_000);
    expect([0, 1, 2, 3].map((atMs) => throttle.pass('a', atMs))).toEqual([0, 0, null, null]);
    expect(throttle.pass('b', 3)).toBe(0);
    expect(throttle.pass('a', 1_000)).toBe(2);
    expect(throttle.pass('a', 1_001)).toBe(0);
  });
});

describe('secrets', () => {
  test('a tag is short, the same for the same id, and not a part of it', () => {
    const id = 'AbCdEfGhIjKlMnOp';
    expect(tag(id)).toMatch(/^[0-9a-f]{6}$/);
    expect(tag(id)).toBe(tag(id));
    expect(tag(`${id}x`)).not.toBe(tag(id));
  });

  test('values of different lengths compare as different without failing', () => {
    expect(equalInConstantTime('short', 'longer')).toBe(false);
    expect(equalInConstantTime('same', 'same')).toBe(true);
  });
});
