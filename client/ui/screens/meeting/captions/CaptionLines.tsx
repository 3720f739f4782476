// The words under the picture: who says what, as their own device understood it.
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

/** Not announced: whoever listens to a screen reader hears the voice itself. */
export const CaptionLines = ({ model }: { model: MeetingModel }) => {
  const lines = model.captions.shown.value ? model.view.value.captions : [];
  if (lines.length === 0) return null;
  return (
    <ol class="captions" aria-label={t('captions.title')} data-testid={testIds.captions}>
      {lines.map(({ id, displayName, text }) => (
        <li key={id} dir="auto">
          <b>{nameOf(displayName)}</b> {text}
        </li>
      ))}
    </ol>
  );
};
