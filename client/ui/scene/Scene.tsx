// The program as it is shown to whoever watches: places, names, and a card where there is nothing to see. Knows nothing of viewers.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import type { ViewReporter } from '../media/ViewReporter.ts';
import { testIds } from '../testIds.ts';
import { accentOnDark } from '../viewModels/accent.ts';
import type { Box } from '../viewModels/layout.ts';
import { programPlaces, type ScenePlace } from '../viewModels/programScene.ts';
import { SceneCard } from './SceneCard.tsx';
import { SceneTile } from './SceneTile.tsx';
import type { SceneContent } from './sceneTypes.ts';

export interface SceneProps {
  content: SceneContent;
  /** Told which pictures are seen, and how large; null where all are wanted as they are. */
  reporter: ViewReporter | null;
  /** Of the place to draw in, where this page's observers cannot measure it. */
  box?: Box;
}

/** The size of the element in CSS pixels, as it changes. */
const useSize = (given: Box | undefined): [{ current: HTMLDivElement | null }, Box] => {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Box>({ width: 0, height: 0 });
  useEffect(() => {
    const observed = element.current;
    if (observed === null || given !== undefined) return;
    const measure = (): void => setSize({ width: observed.clientWidth, height: observed.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    measure();
    return () => observer.disconnect();
  }, [given !== undefined]);
  return [element, given ?? size];
};

/** Whoever is not on the host's list has no place, whatever the program says. */
const placesOf = ({ program, personOf }: SceneContent, box: Box): ScenePlace[] => {
  const isListed = (peerId: string): boolean => personOf(peerId) !== null;
  const screen = program.screen !== null && isListed(program.screen) ? program.screen : null;
  return programPlaces({ ...program, screen, onAir: program.onAir.filter(isListed) }, box);
};

/** The event's colour, for letters and marks on the dark ground. */
const colours = (accent: string | null): Record<string, string> =>
  accent === null ? {} : { '--event-text': accentOnDark(accent) };

export const Scene = ({ content, reporter, box: given }: SceneProps) => {
  const { program, lost } = content;
  const [element, box] = useSize(given);
  const places = program.phase === 'live' ? placesOf(content, box) : [];
  const card = program.phase === 'live' && places.length > 0 ? null : program.phase;
  return (
    <div
      ref={element}
      class="scene"
      style={colours(program.event.accent)}
      data-phase={program.phase}
      data-layout={program.layout}
      data-lost={lost}
      data-testid={testIds.scene}
    >
      {places.length > 0 && (
        <div class="scene-places" role="list" aria-label={t('scene.label')}>
          {places.map((place) => (
            <SceneTile key={place.key} place={place} content={content} reporter={reporter} />
          ))}
        </div>
      )}
      {card !== null && <SceneCard program={program} phase={card} nowMs={content.nowMs} />}
      {lost && card === null && (
        <p class="scene-slate" data-testid={testIds.sceneSlate}>
          {t('scene.lost')}
        </p>
      )}
    </div>
  );
};
