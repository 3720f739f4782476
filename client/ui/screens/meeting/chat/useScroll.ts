// Where the chat's list stands: at its end while one reads along, at the first new one when it opens, or wherever one went.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MeetingModel } from '../MeetingModel.ts';
import type { ChatItem } from './items.ts';

/** Closer to the end than this counts as reading along. */
const NEAR_END_PX = 80;
/** Farther from it than this, there is a way back. */
const FAR_PX = 600;
/** How long what one went to is marked. */
const MARK_MS = 2_000;

type List = { current: HTMLElement | null };

export const useScroll = (list: List, model: MeetingModel, items: readonly ChatItem[]) => {
  /** How many came since one reads further up; null while one reads along. */
  const [behind, setBehind] = useState<number | null>(null);
  const atEnd = useRef(true);
  const count = useRef(items.length);
  const toEnd = (): void => list.current?.scrollTo({ top: list.current.scrollHeight });
  const newest = items.at(-1);
  useLayoutEffect(() => {
    const line = list.current?.querySelector('.new-line');
    if (line) line.scrollIntoView({ block: 'start' });
    else toEnd();
  }, []);
  useLayoutEffect(() => {
    const more = Math.max(0, items.length - count.current);
    count.current = items.length;
    if (more === 0) return;
    if (atEnd.current || newest?.self) toEnd();
    else setBehind((before) => (before ?? 0) + more);
  }, [newest?.key]);
  useTarget(list, model);
  const onScroll = (): void => {
    const element = list.current;
    if (element === null) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.current = left < NEAR_END_PX;
    if (atEnd.current) setBehind(null);
    else if (left > FAR_PX) setBehind((before) => before ?? 0);
  };
  return { behind, onScroll, toEnd };
};

/** Goes to what a quote names, marks it and gives it the focus. */
const useTarget = (list: List, model: MeetingModel): void => {
  const target = model.chats.target.value;
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
