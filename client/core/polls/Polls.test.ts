// Polls: everybody counts for themselves, newcomers are told, and nobody counts twice.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed, type Talker, memberOf } from '../test/talkBed.ts';
import { parsePayload } from '../talk/payload.ts';
import type { PollDraft } from '../gestures.ts';
import { Polls } from './Polls.ts';

const DRAFT: PollDraft = {
  question: 'Where?',
  options: ['Here', 'There', 'Nowhere'],
  multiple: false,
  named: true,
  results: 'afterVote',
};
const createBed = () => createTalkBed((context) => new Polls(context));
const counts = ({ part }: Talker<Polls>) => part.all.map(({ votes }) => votes.map((names) => names.length).join(' '));
const names = ({ part }: Talker<Polls>) =>
  part.all[0]?.votes.map((voters) => voters.map((one) => one.displayName).toSorted());
const keyOf = ({ part }: Talker<Polls>) => part.all[0]?.key ?? expect.fail('no poll');
const heardFrom = (from: string) => ({ from, displayName: from, epoch: 1 });

describe('Polls', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Ana asks; all three have been there for a while. */
  const ask = async (draft: Partial<PollDraft> = {}) => {
    const bed = createBed();
    const people = [bed.come('Ana'), bed.come('Ben'), bed.come('Cora')] as const;
    await bed.pass(60_000);
    expect(people[0].part.open({ ...DRAFT, ...draft })).toBe(true);
    await bed.pass(1_000);
    return { bed, people };
  };

  it('are open to all, told by name, and count the same for everybody', async () => {
    const { bed, people } = await ask();
    const [ana, ben, cora] = people;
    expect(ben.notices).toEqual([{ kind: 'poll', displayName: 'Ana', peerId: 'Ana' }]);
    for (const one of people) one.part.vote(keyOf(one), [1]);
    await bed.pass(1_000);
    ben.part.vote(keyOf(ben), [0]);
    cora.part.vote(keyOf(cora), []);
    await bed.pass(1_000);
    expect(people.map(counts)).toEqual([['1 1 0'], ['1 1 0'], ['1 1 0']]);
    expect(ana.part.all[0]).toMatchObject({ mine: true, state: 'open', voters: 2, chosen: [1] });
    expect(ben.part.all[0]).toMatchObject({ mine: false, authorName: 'Ana', chosen: [0] });
  });

  it('take several choices only where their author allowed that, and none that there is not', async () => {
    const { bed, people } = await ask();
    const [ana, ben] = people;
    ben.part.vote(keyOf(ben), [0, 1]);
    ben.part.vote(keyOf(ben), [7]);
    await bed.pass(1_000);
    expect(people.map(counts)).toEqual([['0 0 0'], ['0 0 0'], ['0 0 0']]);
    ana.part.open({ ...DRAFT, multiple: true });
    await bed.pass(1_000);
    ben.part.vote(ben.part.all[1]?.key ?? '', [0, 2]);
    await bed.pass(1_000);
    expect(counts(ana)).toEqual(['0 0 0', '1 0 1']);
  });

  it('are told to who comes late with what was counted, and then go on', async () => {
    const { bed, people } = await ask();
    const [ana, ben, cora] = people;
    ben.part.vote(keyOf(ben), [1]);
    ana.part.vote(keyOf(ana), [0]);
    await bed.pass(10_000);
    const dan = bed.come('Dan');
    await bed.pass(1_000);
    expect(names(dan)).toEqual([['Ana'], ['Ben'], []]);
    expect(dan.notices).toEqual([]);
    cora.part.vote(keyOf(cora), [1]);
    ben.part.vote(keyOf(ben), [2]);
    dan.part.vote(keyOf(dan), [2]);
    await bed.pass(10_000);
    const expected = [['Ana'], ['Cora'], ['Ben', 'Dan']];
    expect([ana, ben, cora, dan].map(names)).toEqual([expected, expected, expected, expected]);
  });

  it('count what was cast before one came, though the author’s word comes half a minute late', async () => {
    const { bed, people } = await ask();
    const [ana, ben] = people;
    ben.part.vote(keyOf(ben), [1]);
    await bed.pass(10_000);
    ana.part.setReady(false);
    const dan = bed.come('Dan');
    await bed.pass(30_000);
    expect(names(dan)).toBeUndefined();
    ana.part.setReady(true);
    await bed.pass(1_000);
    expect(names(dan)).toEqual([[], ['Ben'], []]);
    expect(dan.notices).toEqual([]);
    ana.part.open({ ...DRAFT, question: 'When?' });
    await bed.pass(1_000);
    expect(dan.notices).toEqual([{ kind: 'poll', displayName: 'Ana', peerId: 'Ana' }]);
  });

  it('are told in one word for several who come at once', async () => {
    const { bed, people } = await ask();
    await bed.pass(10_000);
    const before = people[0].said.length;
    for (let count = 0; count < 20; count += 1) bed.come(`late ${count}`);
    await bed.pass(10_000);
    expect(people[0].said).toHaveLength(before + 1);
    expect(people[1].said).toEqual([]);
  });

  it('reach who comes while a vote is on its way', async () => {
    const { bed, people } = await ask();
    const [ana] = people;
    await bed.pass(10_000);
    const dan = bed.come('Dan');
    await bed.pass(1_000);
    // Said in an epoch that Dan is not in, so that Ana alone of the two hears it.
    ana.part.handle({ t: 'vote', author: 'Ana', id: keyOf(ana).split('/')[1] ?? '', choices: [2] }, heardFrom('Ben'));
    await bed.pass(2_000);
    expect(names(dan)).toEqual([[], [], ['Ben']]);
  });

  it('count no vote that an author makes up for those who are there', async () => {
    const { people } = await ask();
    const [, ben] = people;
    const id = keyOf(ben).split('/')[1] ?? '';
    ben.part.handle(
      {
        t: 'poll',
        id,
        ...DRAFT,
        votes: [
          ['Cora', [0]],
          ['Ben', [0]],
          ['Ana', [1]],
        ],
      },
      heardFrom('Ana'),
    );
    expect(names(ben)).toEqual([[], ['Ana'], []]);
    ben.part.handle({ t: 'poll', id, ...DRAFT, votes: [] }, heardFrom('Cora'));
    expect(ben.part.all.map(({ author }) => author)).toEqual(['Ana', 'Cora']);
  });

  it('forget the votes of those who leave while they are open, so that nobody votes twice', async () => {
    const { bed, people } = await ask();
    const [ana, ben, cora] = people;
    for (const one of [ben, cora]) one.part.vote(keyOf(one), [1]);
    await bed.pass(1_000);
    ben.leave();
    expect(counts(ana)).toEqual(['0 1 0']);
    ana.part.end(keyOf(ana));
    await bed.pass(1_000);
    cora.leave();
    expect(counts(ana)).toEqual(['0 1 0']);
  });

  it('are closed by their author or by whoever acts as host, and take no vote after that', async () => {
    const { bed, people } = await ask();
    const [ana, ben, cora] = people;
    cora.part.vote(keyOf(cora), [0]);
    await bed.pass(1_000);
    expect(ben.part.end(keyOf(ben))).toBe(false);
    const id = keyOf(ana).split('/')[1] ?? '';
    ana.part.handle({ t: 'pollClosed', author: 'Ana', id }, heardFrom('Ben'));
    expect(ana.part.all[0]?.state).toBe('open');
    bed.acting = ['Ben'];
    expect(ben.part.end(keyOf(ben))).toBe(true);
    await bed.pass(1_000);
    expect(people.map(({ part }) => part.all[0]?.state)).toEqual(['closed', 'closed', 'closed']);
    expect(ana.notices).toContainEqual({ kind: 'pollClosed', displayName: 'Ben', peerId: 'Ben' });
    ana.part.handle({ t: 'vote', author: 'Ana', id, choices: [1] }, heardFrom('Ben'));
    expect(people.map(counts)).toEqual([['1 0 0'], ['1 0 0'], ['1 0 0']]);
    const dan = bed.come('Dan');
    await bed.pass(2_000);
    expect(dan.part.all).toEqual([]);
  });

  it('are over, with their result, once their author leaves', async () => {
    const { bed, people } = await ask();
    const [ana, ben, cora] = people;
    cora.part.vote(keyOf(cora), [0]);
    await bed.pass(1_000);
    ana.leave();
    expect([ben, cora].map(({ part }) => part.all[0]?.state)).toEqual(['authorLeft', 'authorLeft']);
    expect(counts(ben)).toEqual(['1 0 0']);
  });

  it('keep a vote over a lost connection, and tell it again from a fresh place', async () => {
    const { bed, people } = await ask();
    const [ana, ben] = people;
    ben.part.setReady(false);
    ben.part.vote(keyOf(ben), [1]);
    await bed.pass(1_000);
    expect([counts(ben), counts(ana)]).toEqual([['0 1 0'], ['0 0 0']]);
    ben.part.setReady(true);
    await bed.pass(1_000);
    expect(counts(ana)).toEqual(['0 1 0']);
    ben.part.startOver(memberOf('Ben', true));
    await bed.pass(1_000);
    expect(ben.said).toHaveLength(2);
  });

  it('do not count a vote that reached nobody before the end', async () => {
    const { bed, people } = await ask();
    const [ana, ben] = people;
    ben.part.setReady(false);
    ben.part.vote(keyOf(ben), [1]);
    ana.part.end(keyOf(ana));
    await bed.pass(1_000);
    expect([counts(ben), counts(ana)]).toEqual([['0 0 0'], ['0 0 0']]);
  });

  it('are bounded, of one author and of all', async () => {
    const { people } = await ask();
    const [ana, ben] = people;
    const opened = Array.from({ length: 6 }, () => ana.part.open(DRAFT));
    expect(opened.filter(Boolean)).toHaveLength(3);
    for (let count = 0; count < 100; count += 1) {
      const word = { t: 'poll' as const, id: `flood-${1_000 + count}`, ...DRAFT, votes: [] };
      ben.part.handle(word, heardFrom('Mallory'));
      if (count >= 8) ben.part.handle({ t: 'pollClosed', author: 'Mallory', id: word.id }, heardFrom('Mallory'));
    }
    expect(ben.part.all.filter(({ author }) => author === 'Mallory')).toHaveLength(8);
    expect(ben.notices.filter(({ peerId }) => peerId === 'Mallory')).toHaveLength(1);
    for (let count = 0; count < 100; count += 1) {
      ben.part.handle({ t: 'poll', id: 'one-of-many', ...DRAFT, votes: [] }, heardFrom(`peer ${count}`));
    }
    expect(ben.part.all).toHaveLength(50);
  });

  it.each([
    ['no question', { question: '  ' }],
    ['one option', { options: ['only'] }],
    ['eleven options', { options: Array.from({ length: 11 }, (_, index) => `option ${index}`) }],
    ['an empty option', { options: ['one', ' '] }],
    ['a question of 301 characters', { question: 'x'.repeat(301) }],
  ])('are not opened with %s, and not heard with it either', (_what, flaw) => {
    const ana = createBed().come('Ana');
    expect(ana.part.open({ ...DRAFT, ...flaw })).toBe(false);
    const wire = JSON.stringify({ t: 'poll', id: 'id-number-1', ...DRAFT, ...flaw, votes: [] });
    expect(parsePayload(new TextEncoder().encode(wire))).toBeNull();
  });
});
