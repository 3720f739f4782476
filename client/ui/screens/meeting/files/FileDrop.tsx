// Files dropped or pasted anywhere in the meeting are sent; while something is dragged over it the page says so.
import { Paperclip } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { FilesModel } from './FilesModel.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

function listen(model: FilesModel): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const over = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    // Else the browser would open the file in the meeting's place.
    event.preventDefault();
    model.dragging.value = true;
  };
  document.addEventListener('dragenter', over, { signal });
  document.addEventListener('dragover', over, { signal });
  document.addEventListener(
    'dragleave',
    (event) => {
      if (event.relatedTarget === null) model.dragging.value = false;
    },
    { signal },
  );
  document.addEventListener(
    'drop',
    (event) => {
      model.dragging.value = false;
      if (!hasFiles(event)) return;
      event.preventDefault();
      model.offer(event.dataTransfer?.files ?? []);
    },
    { signal },
  );
  document.addEventListener(
    'paste',
    (event) => {
      const files = event.clipboardData?.files ?? [];
      if (files.length === 0) return;
      event.preventDefault();
      model.offer(files);
    },
    { signal },
  );
  return () => abort.abort();
}

export const FileDrop = ({ model }: { model: FilesModel }) => {
  useEffect(() => listen(model), [model]);
  if (!model.dragging.value) return null;
  return (
    <div class="file-drop" data-testid={testIds.fileDrop}>
      <p>
        <Paperclip size={24} aria-hidden="true" />
        {t('files.drop')}
      </p>
    </div>
  );
};
