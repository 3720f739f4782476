// Above the composer while files move whose entries are out of sight: how far they are, and the way to them.
import { Button } from '../../../components/Button.tsx';
import { t } from '../../../i18n/index.ts';
import { percentText } from '../../../i18n/size.ts';
import { testIds } from '../../../testIds.ts';
import { fileKey } from '../chat/items.ts';
import type { MeetingModel } from '../MeetingModel.ts';

export const UnderWay = ({ model }: { model: MeetingModel }) => {
  const away = model.files.away.value;
  const [first] = away;
  if (first === undefined) return null;
  const size = away.reduce((sum, entry) => sum + entry.size, 0);
  const bytes = away.reduce((sum, { state }) => sum + ('bytes' in state ? state.bytes : 0), 0);
  const part = size === 0 ? 0 : Math.min(1, bytes / size);
  const words = t('files.underWay', { count: away.length, name: first.name });
  return (
    <div class="files-under-way" data-testid={testIds.filesUnderWay}>
      <p>
        <span class="under-way-name" dir="auto">
          {words}
        </span>
        <span class="under-way-part">{percentText(part)}</span>
      </p>
      <Button onClick={() => model.chats.goTo(fileKey(first.id))}>{t('files.show')}</Button>
      <div class="file-bar" aria-hidden="true">
        <div style={{ inlineSize: `${Math.floor(part * 100)}%` }} />
      </div>
    </div>
  );
};
