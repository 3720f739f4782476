// What stands recorded on this device and was not deleted yet, wherever a person comes by: saved and deleted with a press.
import { Download, Trash2 } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { language, t } from '../i18n/index.ts';
import {
  deleteRecording,
  keptRecordings,
  refreshRecordings,
  saveRecording,
  type KeptRecording,
} from '../media/recording/keptRecordings.ts';
import { testIds } from '../testIds.ts';
import { sizeText } from '../viewModels/sizes.ts';
import { Button } from './Button.tsx';

/** On a page it is nothing where there is nothing; a dialog says so. */
export const KeptRecordings = ({ within }: { within: 'page' | 'dialog' }) => {
  useEffect(() => void refreshRecordings(), []);
  const kept = keptRecordings.value;
  if (kept.length === 0) return within === 'dialog' ? <p>{t('recording.keptNone')}</p> : null;
  return (
    <section class="kept-recordings" data-within={within} data-testid={testIds.keptRecordings}>
      {within === 'page' && <h2>{t('recording.keptTitle')}</h2>}
      <p class="hint">{t('recording.keptText')}</p>
      <ul>
        {kept.map((one) => (
          <Kept key={one.name} recording={one} />
        ))}
      </ul>
    </section>
  );
};

const Kept = ({ recording: { name, bytes } }: { recording: KeptRecording }) => {
  const [saved, setSaved] = useState(false);
  const [sure, setSure] = useState(false);
  return (
    <li data-testid={testIds.keptRecording} data-name={name}>
      <span class="kept-name">
        {name} <span class="muted">{sizeText(bytes, language.value)}</span>
        <span class="hint" role="status">
          {saved ? t('recording.saved') : ''}
        </span>
      </span>
      <Button
        kind={saved ? 'plain' : 'primary'}
        icon={Download}
        aria-label={t('recording.save', { name })}
        onClick={() => void saveRecording(name).then(setSaved)}
        testId={testIds.saveRecording}
      >
        {t('recording.saveShort')}
      </Button>
      <Button
        icon={Trash2}
        aria-label={sure ? undefined : t('recording.delete', { name })}
        onClick={() => (sure ? void deleteRecording(name) : setSure(true))}
        onBlur={() => setSure(false)}
        testId={testIds.deleteRecording}
      >
        {t(sure ? 'recording.deleteSure' : 'recording.deleteShort')}
      </Button>
    </li>
  );
};
