// The way to send files, with what may be sent said first.
import { Paperclip } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { sizeText } from '../../../i18n/size.ts';
import { testIds } from '../../../testIds.ts';
import type { FilesModel } from './FilesModel.ts';

export const Attach = ({ model }: { model: FilesModel }) => {
  const input = useRef<HTMLInputElement>(null);
  const max = model.view.value.limits?.maxFileBytes ?? null;
  const onChange = (): void => {
    const field = input.current;
    if (field === null) return;
    model.offer(field.files ?? []);
    // So that the same file can be picked again.
    field.value = '';
  };
  const words =
    max === null ? t('files.limitUnknown') : max === 0 ? t('files.none') : t('files.limit', { size: sizeText(max) });
  return (
    <div class="attach">
      <input ref={input} type="file" multiple hidden onChange={onChange} data-testid={testIds.fileInput} />
      <IconButton
        icon={Paperclip}
        label={t('files.attach')}
        aria-describedby="files-limit"
        disabled={max === 0}
        onClick={() => input.current?.click()}
        testId={testIds.attach}
      />
      <p id="files-limit">{words}</p>
    </div>
  );
};
