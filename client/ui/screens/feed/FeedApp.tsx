// The feed page: the scene and nothing else, at its own size, made as large as the window lets it be.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EndReason, FeedLinkFault } from '#core';
import { Sounds } from '../../components/Sounds.tsx';
import { useTitle } from '../../components/useTitle.ts';
import { t } from '../../i18n/index.ts';
import { ViewReporter } from '../../media/ViewReporter.ts';
import { Scene } from '../../scene/Scene.tsx';
import { SceneCaptions } from '../../scene/SceneCaptions.tsx';
import { testIds } from '../../testIds.ts';
import type { FeedModel } from './FeedModel.ts';

const SHAPE = 16 / 9;

/** How much larger than its own size the picture is shown. */
const useScale = (height: number): number => {
  const measure = (): number => Math.min(innerHeight / height, innerWidth / (height * SHAPE));
  const [scale, setScale] = useState(measure);
  useEffect(() => {
    const again = (): void => setScale(measure());
    addEventListener('resize', again);
    return () => removeEventListener('resize', again);
  }, [height]);
  return scale;
};

export const Feed = ({ model }: { model: FeedModel }) => {
  const { size, name, ground } = model.look;
  const scale = useScale(size);
  useTitle(name);
  const reporter = useMemo(() => new ViewReporter(model.report), [model]);
  useEffect(() => () => reporter.close(), [reporter]);
  useEffect(() => {
    addEventListener('pointerdown', model.pressed);
    addEventListener('keydown', model.pressed);
    return () => {
      removeEventListener('pointerdown', model.pressed);
      removeEventListener('keydown', model.pressed);
    };
  }, [model]);
  const content = model.scene.value;
  const ended = model.ended.value;
  const box = { width: size * SHAPE, height: size };
  return (
    <main
      class="feed"
      data-surface="stage"
      data-ground={ground.startsWith('#') ? 'colour' : ground}
      data-state={model.state.value.phase}
      data-testid={testIds.feed}
      style={{
        width: `${box.width}px`,
        height: `${box.height}px`,
        transform: `scale(${scale})`,
        '--feed-lines': `${size}px`,
        ...(ground.startsWith('#') && { background: ground }),
      }}
    >
      {ended !== null && <Slate text={t(`feed.ended.${endWords(ended)}`)} />}
      {ended === null && content !== null && <Scene content={content} reporter={reporter} box={box} />}
      {ended === null && <SceneCaptions lines={model.captions.value} />}
      {ended === null && content === null && <Slate text={t(`feed.${waitWords(model)}`)} />}
      <Sounds
        voices={ended === null ? model.voices.value : []}
        attempt={model.attempt.value}
        onBlocked={nothing}
        onPaused={model.pressed}
        onPlaying={nothing}
      />
    </main>
  );
};

const nothing = (): void => undefined;

export const BrokenFeed = ({ fault }: { fault: FeedLinkFault }) => (
  <main class="feed feed-broken" data-surface="stage" data-testid={testIds.feed} data-fault={fault}>
    <Slate text={t(fault === 'ticketMissing' ? 'feed.noTicket' : 'feed.broken')} />
  </main>
);

const Slate = ({ text }: { text: string }) => (
  <p class="feed-slate" role="status">
    {text}
  </p>
);

const waitWords = ({ state }: FeedModel): 'waiting' | 'waitingForHost' => {
  const { value } = state;
  const isAtDoor = value.phase === 'joining' && (value.step === 'waitingForHost' || value.step === 'locked');
  return isAtDoor ? 'waitingForHost' : 'waiting';
};

const endWords = (reason: EndReason): 'revoked' | 'over' | 'badLink' | 'linkChanged' | 'browser' => {
  if (reason === 'removed' || reason === 'refused') return 'revoked';
  if (reason === 'badLink' || reason === 'linkChanged') return reason;
  return reason === 'cannotSeal' || reason === 'version' ? 'browser' : 'over';
};
