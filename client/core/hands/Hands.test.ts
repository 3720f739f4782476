// Raised hands: one line for all, whoever's clock is wrong and whoever comes late.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed, memberOf } from '../test/talkBed.ts';
import { Hands } from './Hands.ts';

const createBed = () => createTalkBed((context) => new Hands(context));
const line = ({ part }: { part: Hands }) => part.line.map(({ peerId }) => peerId);

describe('Hands', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Three who have been there for a while; Ben's clock is an hour ahead, Cora's a day behind. */
  const meet = async () => {
    const bed = createBed();
    const people = [bed.come('Ana'), bed.come('Ben', 3_600_000), bed.come('Cora', -86_400_000)] as const;
    await bed.pass(60_000);
    return { bed, people };
  };

  it('stand in the order in which they came up, for all, whatever the clocks say', async () => {
    const { bed, people } = await meet();
    for (const one of people.toReversed()) {
      one.part.raise();
      await bed.pass(1_000);
    }
    expect(people.map(line)).toEqual([
      ['Cora', 'Ben', 'Ana'],
      ['Cora', 'Ben', 'Ana'],
      ['Cora', 'Ben', 'Ana'],
    ]);
  });

  it('stand in the same order for one who comes later, and for the next after that', async () => {
    const { bed, people } = await meet();
    for (const one of people.toReversed()) {
      one.part.raise();
      await bed.pass(20_000);
    }
    const dan = bed.come('Dan', 7_200_000);
    await bed.pass(1_000);
    const eve = bed.come('Eve');
    await bed.pass(1_000);
    expect(line(dan)).toEqual(['Cora', 'Ben', 'Ana']);
    expect(line(eve)).toEqual(['Cora', 'Ben', 'Ana']);
    expect(people.map(line)).toEqual(Array.from({ length: 3 }, () => ['Cora', 'Ben', 'Ana']));
    expect(dan.notices).toEqual([]);
  });

  it('stand in the same order for one who comes later, however long each word was on its way', async () => {
    const bed = createBed();
    const dan = bed.come('Dan');
    const hear = (from: string, forMs: number, ahead: number): void =>
      dan.part.handle({ t: 'hand', up: true, forMs, ahead }, { from, displayName: from, epoch: 1 });
    hear('Cora', 7_500, 2);
    hear('Ana', 8_000, 1);
    hear('Ben', 7_000, 0);
    expect(line(dan)).toEqual(['Ben', 'Ana', 'Cora']);
    await bed.pass(20_000);
    hear('Eve', 1_000, 3);
    hear('Finn', 26_000, 1);
    expect(line(dan)).toEqual(['Ben', 'Ana', 'Finn', 'Cora', 'Eve']);
    expect(dan.notices).toEqual([{ kind: 'hand', displayName: 'Eve', peerId: 'Eve' }]);
    await bed.pass(60_000);
    hear('Gil', 80_000, 0);
    expect(line(dan).at(-1)).toBe('Gil');
  });

  it('say how many are before them, and all of them where they came up without a connection', async () => {
    const { bed, people } = await meet();
    const [ana, ben, cora] = people;
    ben.part.raise();
    await bed.pass(1_000);
    cora.part.raise();
    await bed.pass(1_000);
    ana.part.setReady(false);
    ana.part.raise();
    await bed.pass(1_000);
    ana.part.setReady(true);
    await bed.pass(1_000);
    expect([ben, cora, ana].map(({ said }) => said.at(-1))).toMatchObject([{ ahead: 0 }, { ahead: 1 }, { ahead: 2 }]);
  });

  it('come no further forward for those who are there by telling an earlier time', async () => {
    const { bed, people } = await meet();
    const [ana, ben] = people;
    ben.part.raise();
    await bed.pass(1_000);
    ana.part.handle(
      { t: 'hand', up: true, forMs: 80_000_000, ahead: 0 },
      { from: 'Cora', displayName: 'Cora', epoch: 1 },
    );
    ana.part.handle(
      { t: 'hand', up: true, forMs: 86_000_000, ahead: 0 },
      { from: 'Cora', displayName: 'Cora', epoch: 1 },
    );
    expect(line(ana)).toEqual(['Ben', 'Cora']);
  });

  it('that came up without a connection stand where the others heard of them, for their owner too', async () => {
    const { bed, people } = await meet();
    const [ana, ben] = people;
    ana.part.setReady(false);
    ana.part.raise();
    await bed.pass(30_000);
    ben.part.raise();
    await bed.pass(1_000);
    ana.part.setReady(true);
    await bed.pass(1_000);
    const dan = bed.come('Dan');
    await bed.pass(1_000);
    expect([...people, dan].map(line)).toEqual(Array.from({ length: 4 }, () => ['Ben', 'Ana']));
  });

  it('are told politely, by name, and no oftener than a person would raise one', async () => {
    const { bed, people } = await meet();
    const [ana, ben] = people;
    for (let times = 0; times < 5; times += 1) {
      ben.part.raise();
      await bed.pass(100);
      ben.part.lower();
      await bed.pass(100);
    }
    expect(ana.notices).toEqual([{ kind: 'hand', displayName: 'Ben', peerId: 'Ben' }]);
    expect(line(ana)).toEqual([]);
  });

  it('are lowered by whoever acts as host, who is named to their owner, and by nobody else', async () => {
    const { bed, people } = await meet();
    const [ana, ben, cora] = people;
    ben.part.raise();
    cora.part.raise();
    await bed.pass(1_000);
    expect(ana.part.lowerOthers(['Ben'])).toBe(false);
    cora.part.handle({ t: 'lowerHands', peerIds: ['Ben', 'Cora'] }, { from: 'Ana', displayName: 'Ana', epoch: 1 });
    expect(line(cora)).toEqual(['Ben', 'Cora']);
    bed.acting = ['Ana'];
    expect(ana.part.lowerOthers(['Ben'])).toBe(true);
    await bed.pass(1_000);
    expect(people.map(line)).toEqual([['Cora'], ['Cora'], ['Cora']]);
    expect(ben.notices).toContainEqual({ kind: 'handLowered', displayName: 'Ana' });
    const dan = bed.come('Dan');
    await bed.pass(1_000);
    expect(line(dan)).toEqual(['Cora']);
    ana.part.lowerOthers(['Ben', 'Cora']);
    await bed.pass(1_000);
    expect([...people, dan].map(line)).toEqual([[], [], [], []]);
  });

  it('of those who leave are gone', async () => {
    const { bed, people } = await meet();
    const [ana, ben] = people;
    ben.part.raise();
    await bed.pass(1_000);
    ben.leave();
    expect(line(ana)).toEqual([]);
  });

  it('are told again from a fresh place, and stay where they were in the line of their owner', async () => {
    const { bed, people } = await meet();
    const [ana, ben] = people;
    ana.part.raise();
    await bed.pass(1_000);
    ben.part.raise();
    await bed.pass(1_000);
    ana.part.startOver(memberOf('Ana', true));
    await bed.pass(1_000);
    expect(ana.said).toMatchObject([
      { up: true, forMs: 0 },
      { up: true, forMs: 2_300 },
    ]);
    expect(people.map(line)).toEqual(Array.from({ length: 3 }, () => ['Ana', 'Ben']));
  });
});
