// The tiles and where they stand; nodes live as long as their tile, only their places change.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { t } from '../../i18n/index.ts';
import { ViewReporter } from '../../media/ViewReporter.ts';
import { tileQuality } from '../../viewModels/quality.ts';
import { HallTools } from './hall/HallTools.tsx';
import { TileHand } from './gestures/Hands.tsx';
import { TileReactions } from './gestures/Reactions.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { Pager, usePageKeys } from './stage/Pager.tsx';
import { Pip } from './stage/Pip.tsx';
import { AirChip } from './show/OnAir.tsx';
import type { StageModel } from './stage/StageModel.ts';
import { TileTools } from './stage/TileTools.tsx';
import { useGestures } from './stage/useGestures.ts';
import { useSolo } from './stage/solo.ts';
import { TileView } from './TileView.tsx';

/** Keeps the size of the element in CSS pixels up to date in the model. */
const useBox = (stage: StageModel): { current: HTMLDivElement | null } => {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const measure = (): void => {
      stage.box.value = { width: observed.clientWidth, height: observed.clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    measure();
    return () => observer.disconnect();
  }, [stage]);
  return element;
};

export const Stage = ({ model }: { model: MeetingModel }) => {
  const { stage } = model;
  const element = useBox(stage);
  const reporter = useMemo(() => new ViewReporter((tiles) => model.client.view(model.quality.seen(tiles))), [model]);
  useEffect(() => () => reporter.close(), [reporter]);
  useEffect(() => reporter.refresh(), [reporter, model.quality.spared.value]);
  usePageKeys(stage);
  useSolo(stage);
  const gestures = useGestures(stage);
  const scene = stage.scene.value;
  const places = new Map(scene.places.map((place) => [place.key, place]));
  const actual = stage.actualSize.value;
  return (
    <>
      <div ref={element} class="stage" role="list" aria-label={t('meeting.stage')} {...gestures}>
        {stage.tiles.value.map((tile) => {
          const place = places.get(tile.key);
          return (
            place && (
              <TileView
                key={tile.key}
                tile={tile}
                place={place}
                quality={tileQuality(model.view.value.quality, tile)}
                reporter={reporter}
                actualSize={actual === tile.key && place.role === 'focus'}
              >
                <AirChip model={model} peerId={tile.peerId} stream={tile.stream} />
                {tile.stream === 'camera' && <TileReactions model={model} peerId={tile.peerId} />}
                {tile.stream === 'camera' && <TileHand model={model} peerId={tile.peerId} />}
                {tile.hall && <HallTools model={model} tile={tile} />}
                <TileTools stage={stage} tile={tile} place={place} />
              </TileView>
            )
          );
        })}
      </div>
      {scene.pages > 1 && <Pager stage={stage} scene={scene} />}
      <Pip model={model} reporter={reporter} />
    </>
  );
};
