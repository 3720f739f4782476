// A file among the messages: who sent it and when, as of a message, and its card.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { testIds } from '../../../testIds.ts';
import { fileKey } from '../chat/items.ts';
import { MessageHead } from '../chat/MessageHead.tsx';
import { FileCard } from './FileCard.tsx';
import type { FilesModel } from './FilesModel.ts';

export const FileMessage = ({ model, id }: { model: FilesModel; id: string }) => {
  const item = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => (item.current === null ? undefined : watchSight(model, id, item.current)), [model, id]);
  const entry = model.byId.value.get(id);
  if (entry === undefined) return null;
  return (
    <li
      ref={item}
      class="message file-message"
      tabIndex={-1}
      data-key={fileKey(id)}
      data-self={entry.self}
      data-state={entry.state.state}
      data-testid={testIds.fileCard}
    >
      <MessageHead entry={entry} />
      <FileCard model={model} entry={entry} />
    </li>
  );
};

/** Until the browser says otherwise what has just been drawn counts as seen: else the strip would flash with each new file. */
const watchSight = (model: FilesModel, id: string, element: Element): (() => void) => {
  const observer = new IntersectionObserver((changes) => model.see(id, changes.at(-1)?.isIntersecting ?? false));
  observer.observe(element);
  model.see(id, true);
  return () => {
    observer.disconnect();
    model.see(id, false);
  };
};
