// Rules of StageModel.ts.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Participant, RoomView } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { MemoryStorage, roomView } from '../../../test/fakes.ts';
import { StageModel } from './StageModel.ts';

const DESK = { width: 1000, height: 600 };
const playing = { state: 'playing', track: {} as MediaStreamTrack } as const;

const person = (peerId: string, changes: Partial<Participant> = {}): Participant => ({
  peerId,
  displayName: peerId,
  away: false,
  host: false,
  cohost: false,
  mic: { state: 'muted' },
  camera: { state: 'off' },
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
  ...changes,
});
const people = (count: number): Participant[] => Array.from({ length: count }, (_, index) => person(`p${index}`));

const start = (spotlight: string | null = null) => {
  const view = signal<RoomView>(roomView());
  const said: string[] = [];
  const spot = signal(spotlight);
  const stage = new StageModel({ view, spotlight: () => spot.value, say: (text) => said.push(text) });
  stage.box.value = DESK;
  const show = (participants: Participant[], activeSpeaker: string | null = null): void => {
    view.value = roomView({ participants, activeSpeaker });
    stage.follow(view.value);
  };
  const large = (): string | undefined => stage.scene.value.places.find(({ role }) => role === 'focus')?.key;
  const seen = (): string[] => stage.scene.value.places.map(({ key }) => key.replace('/camera', ''));
  return { stage, show, large, seen, said, spot };
};

beforeEach(() => {
  vi.stubGlobal('localStorage', new MemoryStorage());
  setLanguage('en');
});
afterEach(() => vi.unstubAllGlobals());

describe('a screen', () => {
  const four = people(4);
  const sharing = (...peerIds: string[]) =>
    four.map((one) => (peerIds.includes(one.peerId) ? { ...one, screen: playing } : one));

  test('takes the stage by itself when it begins, and gives it back when it ends', () => {
    const { show, large, seen } = start();
    show(four);
    const before = seen();
    show(sharing('p2'));
    expect(large()).toBe('p2/screen');
    show(four);
    expect(seen()).toEqual(before);
  });

  test('that began last is large, whoever shares it; the other one is the first in the strip and one choice away', () => {
    const { stage, show, large, seen } = start();
    show(sharing('p2'));
    show(sharing('p1', 'p2'));
    expect(seen().slice(0, 2)).toEqual(['p1/screen', 'p2/screen']);
    stage.togglePin('p2/screen');
    expect(large()).toBe('p2/screen');
    stage.togglePin('p2/screen');
    expect(large()).toBe('p1/screen');
    show(sharing('p2'));
    expect(large()).toBe('p2/screen');
  });

  test('does not take the stage from whom the person chose', () => {
    const { stage, show, large } = start();
    show(four);
    stage.togglePin('p3/camera');
    show(sharing('p2'));
    expect(large()).toBe('p3/camera');
  });

  test('stands among the others once the person chose the grid, until another begins or they choose otherwise', () => {
    const { stage, show, large } = start();
    show(sharing('p2'));
    expect(stage.seenLayout.value).toBe('speaker');
    stage.toggleLayout();
    expect([large(), stage.seenLayout.value]).toEqual([undefined, 'grid']);
    show(sharing('p1', 'p2'));
    expect(large()).toBe('p1/screen');
    show(four);
    show(sharing('p2'));
    expect(large()).toBe('p2/screen');
    stage.toggleLayout();
    stage.toggleLayout();
    expect(large()).toBe('p2/screen');
  });
});

describe('the spotlight', () => {
  test('shows its person large to all, in the grid too, but not over one’s own pin', () => {
    const { stage, show, large, spot } = start('p2');
    show(people(4));
    expect(large()).toBe('p2/camera');
    stage.togglePin('p1/camera');
    expect(large()).toBe('p1/camera');
    stage.togglePin('p1/camera');
    spot.value = null;
    expect(large()).toBeUndefined();
  });
});

describe('places', () => {
  test('do not change while people on the page speak', () => {
    const { show, seen } = start();
    show(people(8));
    const before = seen();
    for (const { peerId } of people(8)) {
      show(people(8), peerId);
      expect(seen()).toEqual(before);
    }
  });

  test('on the first page are given to whoever speaks from another, by whoever there was silent longest', () => {
    const { show, seen } = start();
    const all = people(20);
    show(all);
    for (const { peerId } of all.slice(0, 8)) show(all, peerId);
    const before = seen();
    show(all, 'p19');
    expect(seen()).toEqual(before.map((peerId) => (peerId === 'p0' ? 'p19' : peerId)));
    show(all, 'p18');
    expect(seen()).toEqual(before.map((peerId) => ({ p0: 'p19', p1: 'p18' })[peerId] ?? peerId));
  });

  test('on a page that is looked at stay as they are when somebody on it speaks', () => {
    const { stage, show, seen } = start();
    const all = people(20);
    show(all);
    stage.turnPage(1);
    const before = seen();
    show(all, 'p10');
    expect(before).toContain('p10');
    expect(seen()).toEqual(before);
  });

  test('stay when somebody comes, and only the last one moves when somebody goes', () => {
    const { show, seen } = start();
    show(people(5));
    show([...people(5), person('new')]);
    expect(seen()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'new', 'me']);
    show([...people(5), person('new')].filter(({ peerId }) => peerId !== 'p1'));
    expect(seen()).toEqual(['p0', 'new', 'p2', 'p3', 'p4', 'me']);
  });
});

describe('pages', () => {
  test('are turned within their bounds and said aloud', () => {
    const { stage, show, said } = start();
    show(people(20));
    expect([stage.turnPage(-1), stage.turnPage(1), stage.turnPage(1), stage.turnPage(1)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(said).toEqual(['Page 2 of 3', 'Page 3 of 3']);
  });

  test('hold what the person chose, and begin anew with it', () => {
    const { stage, show } = start();
    show(people(20));
    stage.turnPage(1);
    stage.choosePageSize(16);
    expect([stage.scene.value.page, stage.scene.value.pages]).toEqual([0, 2]);
  });
});

test('the choices of layout, tiles on a page and corner are those of the last visit', () => {
  const { stage } = start();
  stage.toggleLayout();
  stage.choosePageSize(25);
  stage.nextCorner();
  const again = start().stage;
  expect([again.layout.value, again.pageSize.value, again.corner.value]).toEqual(['speaker', 25, 'bottomLeft']);
});

test('what is remembered of them and means nothing is passed over', () => {
  for (const key of ['layout', 'pageSize', 'corner']) localStorage.setItem(`conclave.${key}`, '7');
  const { stage } = start();
  expect([stage.layout.value, stage.pageSize.value, stage.corner.value]).toEqual(['grid', 'auto', 'bottomRight']);
});
