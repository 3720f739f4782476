// Rules of ViewReporter.ts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TileView } from '#core';
import { ViewReporter } from './ViewReporter.ts';

const BEN = { peerId: 'ben', stream: 'camera' } as const;
const CORA = { peerId: 'cora', stream: 'camera' } as const;

class FakeObserver {
  static tell: (target: Element, isIntersecting: boolean) => void = () => undefined;
  constructor(callback: (entries: { target: Element; isIntersecting: boolean }[]) => void) {
    FakeObserver.tell = (target, isIntersecting) => callback([{ target, isIntersecting }]);
  }
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

let page: EventTarget & { hidden: boolean };
const start = () => {
  const reports: TileView[][] = [];
  const reporter = new ViewReporter((tiles) => reports.push(tiles));
  const seen = (): string[] => (reports.at(-1) ?? []).filter(({ visible }) => visible).map(({ peerId }) => peerId);
  return { reporter, reports, seen };
};
/** An element of this page, or of a window of its own. */
const element = (ownerDocument: unknown = page, scale = 2) =>
  ({
    ownerDocument: Object.assign(ownerDocument as object, { defaultView: { devicePixelRatio: scale } }),
    clientWidth: 320,
    clientHeight: 180,
  }) as unknown as Element;
const turn = (hidden: boolean): void => {
  page.hidden = hidden;
  page.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
  vi.stubGlobal('IntersectionObserver', FakeObserver);
  vi.stubGlobal(
    'ResizeObserver',
    class extends EventTarget {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what is watched is reported once it has settled, in device pixels, and nothing of what is gone', () => {
  const { reporter, reports, seen } = start();
  const stop = reporter.watch(element(), BEN);
  reporter.watch(element(), CORA);
  expect(reports).toEqual([]);
  vi.runAllTimers();
  expect(reports).toHaveLength(1);
  expect(reports[0]?.[0]).toEqual({ ...BEN, visible: true, width: 640, height: 360 });
  stop();
  vi.runAllTimers();
  expect(seen()).toEqual(['cora']);
});

test('what was scrolled away is not seen', () => {
  const { reporter, seen } = start();
  const tile = element();
  reporter.watch(tile, BEN);
  FakeObserver.tell(tile, false);
  vi.runAllTimers();
  expect(seen()).toEqual([]);
});

test('in a tab that nobody looks at nothing is seen, at once, but what stands in a window of its own', () => {
  const { reporter, reports, seen } = start();
  reporter.watch(element(), BEN);
  const stop = reporter.watch(element({}, 1), CORA);
  turn(true);
  expect(seen()).toEqual(['cora']);
  expect(reports.at(-1)?.[1]).toEqual({ ...CORA, visible: true, width: 320, height: 180 });
  stop();
  vi.runAllTimers();
  expect(seen()).toEqual([]);
  turn(false);
  expect(seen()).toEqual(['ben']);
});

test('once closed it reports nothing more', () => {
  const { reporter, reports } = start();
  reporter.watch(element(), BEN);
  reporter.close();
  reporter.close();
  turn(true);
  vi.runAllTimers();
  expect(reports).toEqual([]);
});
