// What those on air say, as words over or below the scene: who, and what their own device understood and signed.
import { t } from '../i18n/index.ts';
import { testIds } from '../testIds.ts';
import type { SceneCaption } from './sceneTypes.ts';

interface SceneCaptionsProps {
  lines: readonly SceneCaption[];
  /** Said where there is nothing to read. */
  note?: string | null;
  size?: string;
  /** Words may come at any time: their place is kept, so that the picture does not jump. */
  awaited?: boolean;
}

/** Not announced: whoever listens to a screen reader hears the voice itself. */
export const SceneCaptions = ({ lines, note = null, size, awaited = false }: SceneCaptionsProps) => {
  if (lines.length === 0 && note === null && !awaited) return null;
  return (
    <div class="scene-captions" data-size={size} data-awaited={awaited}>
      {lines.length === 0 && note !== null && <p>{note}</p>}
      {lines.length > 0 && (
        <ol aria-label={t('captions.title')} data-testid={testIds.sceneCaptions}>
          {lines.map(({ id, name, text }) => (
            // Which way a line runs is decided by what is said, and not by the name before it.
            <li key={id} dir="auto">
              <b>
                <bdi>{name}</bdi>
              </b>{' '}
              {text}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
};
