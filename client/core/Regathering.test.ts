// Who is taken for gone and who for new after the server restarted.
import type { GroupMember, GroupView } from '#e2ee';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REGATHER_MS, Regathering } from './Regathering.ts';
import { Roster } from './Roster.ts';

const member = (peerId: string, displayName: string, self = false): GroupMember => ({
  peerId,
  displayName,
  leafIndex: 0,
  keyHash: `${peerId} ${displayName}`,
  self,
});
const me = member('me', 'Me', true);
const [ana, ben] = [member('ana', 'Ana'), member('ben', 'Ben')];
const group = (...others: GroupMember[]) => ({ state: 'in', members: [me, ...others] }) as unknown as GroupView;
const namesIn = (view: GroupView) => (view.state === 'in' ? view.members.map(({ displayName }) => displayName) : []);

let told: string[];
let over: number;
let regathering: Regathering;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  over = 0;
  regathering = new Regathering({
    roster: new Roster(),
    kindOf: (peerId) => (peerId === 'obs' ? 'feed' : null),
    notify: ({ kind, displayName }) => told.push(`${kind} ${displayName}`),
    onOver: () => (over += 1),
  });
  regathering.arrived('first', true);
  regathering.update(group(ana, ben));
});
afterEach(() => {
  regathering.close();
  vi.useRealTimers();
});

describe('after a restart', () => {
  it('nobody has left and nobody is new who comes back, and until then they count as there', () => {
    regathering.arrived('second', true);
    expect(namesIn(regathering.update(group()))).toEqual(['Me', 'Ana', 'Ben']);
    expect(namesIn(regathering.update(group(ben)))).toEqual(['Me', 'Ben', 'Ana']);
    expect([regathering.isOn, regathering.holdsTalk]).toEqual([true, false]);
    expect(namesIn(regathering.update(group(ben, ana)))).toEqual(['Me', 'Ben', 'Ana']);
    expect([told, regathering.isOn, regathering.isSettling]).toEqual([[], false, true]);
    vi.advanceTimersByTime(REGATHER_MS);
    expect([told, over, regathering.isSettling]).toEqual([[], 1, false]);
  });

  it('names the people who are on their way back, for as long as they are awaited, and no machine', () => {
    regathering.update(group(ana, ben, member('obs', 'OBS')));
    expect(regathering.awaited).toEqual([]);
    regathering.arrived('second', true);
    expect(regathering.awaited).toEqual(['Ana', 'Ben']);
    regathering.update(group(ben));
    expect(regathering.awaited).toEqual(['Ana']);
    vi.advanceTimersByTime(REGATHER_MS);
    expect(regathering.awaited).toEqual([]);
  });

  it('who is not back in time has left, a machine as what it is', () => {
    regathering.update(group(ana, ben, member('obs', 'OBS')));
    told.length = 0;
    regathering.arrived('second', true);
    regathering.update(group(ana));
    vi.advanceTimersByTime(REGATHER_MS - 1);
    expect([told, over]).toEqual([[], 0]);
    vi.advanceTimersByTime(1);
    expect([told, over, regathering.isOn]).toEqual([['left Ben', 'feedLeft OBS'], 1, false]);
    expect(namesIn(regathering.update(group(ana)))).toEqual(['Me', 'Ana']);
  });

  it('who comes in between is told of, and who comes back and leaves then has left', () => {
    regathering.arrived('second', true);
    regathering.update(group(ana, member('cy', 'Cy')));
    regathering.update(group(member('cy', 'Cy')));
    expect(told).toEqual(['joined Cy', 'left Ana']);
  });

  it('under another name the same Peer is somebody else', () => {
    regathering.arrived('second', true);
    regathering.update(group(member('ana', 'Eve')));
    expect(told).toContain('joined Eve');
  });

  it('all are known by their names where the server knows nobody, and nothing is said before they are there', () => {
    regathering.arrived('second', false);
    regathering.update(group());
    expect(regathering.holdsTalk).toBe(true);
    expect(namesIn(regathering.update(group(member('a2', 'Ana'), member('b2', 'Ben'))))).toEqual(['Me', 'Ana', 'Ben']);
    expect([told, regathering.holdsTalk]).toEqual([[], false]);
  });
});

it('a fresh place at the same server awaits nobody', () => {
  regathering.arrived('first', true);
  expect(namesIn(regathering.update(group(ana)))).toEqual(['Me', 'Ana']);
  expect([told, regathering.isOn]).toEqual([['left Ben'], false]);
});
