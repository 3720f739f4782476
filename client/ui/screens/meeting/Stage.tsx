// The tiles and where they stand; nodes live as long as their tile, only their places change.
import { ChevronLeft, ChevronRight } from 'lucide-preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../components/Button.tsx';
import { t } from '../../i18n/index.ts';
import { ViewReporter } from '../../media/ViewReporter.ts';
import { testIds } from '../../testIds.ts';
import { sceneOf, type Box, type Scene } from '../../viewModels/layout.ts';
import { focusOf } from '../../viewModels/tiles.ts';
import { TileHand } from './gestures/Hands.tsx';
import { TileReactions } from './gestures/Reactions.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { TileView } from './TileView.tsx';

/** The size of the element in CSS pixels, kept up to date. */
const useBox = (): [{ current: HTMLDivElement | null }, Box] => {
  const element = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const measure = (): void => setBox({ width: observed.clientWidth, height: observed.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    measure();
    return () => observer.disconnect();
  }, []);
  return [element, box];
};

export const Stage = ({ model }: { model: MeetingModel }) => {
  const [element, box] = useBox();
  const reporter = useMemo(() => new ViewReporter((tiles) => model.client.view(tiles)), [model]);
  useEffect(() => () => reporter.close(), [reporter]);
  const tiles = model.tiles.value;
  const pinned = model.pinned.value;
  const scene = sceneOf({
    mode: model.layout.value,
    box,
    tiles,
    focus: focusOf(tiles, { pinned, lastSpeaker: model.lastSpeaker.value }),
    pinned: tiles.some((tile) => tile.key === pinned),
    page: model.page.value,
  });
  const places = new Map(scene.places.map((place) => [place.key, place]));
  const canPin = tiles.length > 2;
  return (
    <>
      <div ref={element} class="stage" role="list" aria-label={t('meeting.stage')}>
        {tiles.map((tile) => {
          const place = places.get(tile.key);
          return (
            place && (
              <TileView
                key={tile.key}
                tile={tile}
                place={place}
                reporter={reporter}
                pinned={tile.key === pinned}
                onPin={canPin ? model.togglePin : null}
              >
                {tile.stream === 'camera' && <TileReactions model={model} peerId={tile.peerId} />}
                {tile.stream === 'camera' && <TileHand model={model} peerId={tile.peerId} />}
              </TileView>
            )
          );
        })}
      </div>
      {scene.pages > 1 && <Pages model={model} scene={scene} />}
    </>
  );
};

const Pages = ({ model, scene }: { model: MeetingModel; scene: Scene }) => {
  const go = (page: number) => (): void => {
    model.page.value = page;
  };
  return (
    <nav class="pages" aria-label={t('meeting.page', { page: scene.page + 1, pages: scene.pages })}>
      <IconButton
        small
        icon={ChevronLeft}
        label={t('meeting.previousPage')}
        disabled={scene.page === 0}
        onClick={go(scene.page - 1)}
        testId={testIds.pagePrevious}
      />
      <span>
        {scene.page + 1} / {scene.pages}
      </span>
      <IconButton
        small
        icon={ChevronRight}
        label={t('meeting.nextPage')}
        disabled={scene.page === scene.pages - 1}
        onClick={go(scene.page + 1)}
        testId={testIds.pageNext}
      />
    </nav>
  );
};
