// Where the chat's list stands: at its end while one reads along, at the first new one when it opens, or wherever one went.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MeetingModel } from '../MeetingModel.ts';
import type { ChatItem } from './items.ts';

/** Closer to the end than this counts as reading along. */
const NEAR_END_PX = 80;
/** Farther from it than this, there is a way back. */
const FAR_PX = 600;
/** Drawn at once: more of them is felt when the panel opens (2,000 took 2.5 s on two busy cores), fewer has one ask for more. */
const WINDOW = 150;
/** How long what one went to is marked. */
const MARK_MS = 2_000;

type List = { current: HTMLElement | null };

export const useScroll = (list: List, model: MeetingModel, items: readonly ChatItem[]) => {
  /** How many came since one reads further up; null while one reads along. */
  const [behind, setBehind] = useState<number | null>(null);
  const atEnd = useRef(true);
  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  const { shown, earlier, showEarlier, showFrom, keepUp } = useWindow(list, items);
  const newest = items.at(-1);
  useLayoutEffect(() => {
    const line = list.current?.querySelector('.new-line');
    if (line) line.scrollIntoView({ block: 'start' });
    else toEnd();
  }, []);
  const count = useRef(items.length);
  // What was taken off the list is not to be made up for by what comes.
  useLayoutEffect(() => void (count.current = Math.min(count.current, items.length)), [items.length]);
  useLayoutEffect(() => {
    const more = Math.max(0, items.length - count.current);
    count.current = items.length;
    if (more === 0) return;
    const follows = atEnd.current || newest?.self === true;
    keepUp(more, follows);
    if (follows) toEnd();
    else setBehind((before) => (before ?? 0) + more);
  }, [newest?.key]);
  useTarget(list, model, showFrom);
  useEffect(() => {
    const element = list.current;
    if (element === null || items.length === 0) return;
    // The list gets lower, or its last item taller: a bar appears in a card, a row above the composer.
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    for (const one of [element, element.lastElementChild]) if (one !== null) observer.observe(one);
    return () => observer.disconnect();
  }, [newest?.key]);
  const onScroll = (): void => {
    const element = list.current;
    if (element === null) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.current = left < NEAR_END_PX;
    if (atEnd.current) setBehind(null);
    else if (left > FAR_PX) setBehind((before) => before ?? 0);
  };
  return { behind, onScroll, toEnd, shown, earlier, showEarlier };
};

/** The newest of a long list; what stands before them is drawn when asked for, and what is read stays where it is. */
const useWindow = (list: List, items: readonly ChatItem[]) => {
  const [most, setMost] = useState(WINDOW);
  const fromEnd = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && fromEnd.current !== null) element.scrollTop = element.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [most]);
  const grow = (by: number): void => {
    const element = list.current;
    if (element !== null) fromEnd.current = element.scrollHeight - element.scrollTop;
    setMost(most + by);
  };
  const isAll = items.length <= most;
  return {
    shown: isAll ? items : items.slice(-most),
    earlier: isAll ? 0 : items.length - most,
    showEarlier: () => grow(WINDOW),
    /** So that this one is among them. */
    showFrom: (key: string): void => {
      const index = items.findIndex((item) => item.key === key);
      const needed = items.length - index;
      if (index >= 0 && needed > most) grow(needed - most);
    },
    /** While one reads further up, nothing goes away above. */
    keepUp: (more: number, follows: boolean): void => {
      setMost((before) => (follows ? WINDOW : before + more));
    },
  };
};

/** Goes to what a quote names, marks it and gives it the focus. */
const useTarget = (list: List, model: MeetingModel, showFrom: (key: string) => void): void => {
  const target = model.chats.target.value;
  useLayoutEffect(() => {
    if (target !== null) showFrom(target.id);
  }, [target]);
  useEffect(() => {
    if (target === null) return;
    const element = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(target.id)}"]`);
    if (!element) return;
    element.scrollIntoView({ block: 'center' });
    element.focus({ preventScroll: true });
    element.dataset.marked = 'true';
    const timer = setTimeout(() => delete element.dataset.marked, MARK_MS);
    return () => {
      clearTimeout(timer);
      delete element.dataset.marked;
    };
  }, [target]);
};
