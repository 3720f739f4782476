// The event in a small window over others: the whole scene where the browser lets a page draw there, else its first picture.
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { language, t } from '../../i18n/index.ts';
import { dressPipWindow, pipKind } from '../../media/pictureInPicture.ts';
import type { ViewReporter } from '../../media/ViewReporter.ts';
import { Scene } from '../../scene/Scene.tsx';
import { SceneCaptions } from '../../scene/SceneCaptions.tsx';
import { testIds } from '../../testIds.ts';
import type { Box } from '../../viewModels/layout.ts';
import type { PipModel } from '../meeting/stage/PipModel.ts';
import type { WatchModel } from './WatchModel.ts';

interface WatchPipProps {
  model: WatchModel;
  pip: PipModel;
  reporter: ViewReporter;
}

export const WatchPip = ({ model, pip, reporter }: WatchPipProps) => {
  const now = pip.now.value;
  const opened = now.state === 'document' ? now.window : null;
  useEffect(() => {
    if (opened === null) return;
    dressPipWindow(opened.document, t('app.name'));
    render(<PipScene model={model} reporter={reporter} window={opened} />, opened.document.body);
    return () => render(null, opened.document.body);
  }, [opened, model, reporter]);
  return pipKind() === 'video' ? <PipSource model={model} pip={pip} /> : null;
};

type PipSceneProps = Pick<WatchPipProps, 'model' | 'reporter'> & { window: Window };

const PipScene = ({ model, reporter, window: opened }: PipSceneProps) => {
  const [box, setBox] = useState<Box>({ width: opened.innerWidth, height: opened.innerHeight });
  useEffect(() => {
    const measure = (): void => {
      setBox({ width: opened.innerWidth, height: opened.innerHeight });
      reporter.refresh();
    };
    opened.addEventListener('resize', measure);
    return () => opened.removeEventListener('resize', measure);
  }, [opened, reporter]);
  const content = model.scene.value;
  return (
    <main class="watch-pip" data-surface="stage" lang={language.value} data-testid={testIds.pip}>
      {content && <Scene content={content} reporter={reporter} box={box} />}
      <SceneCaptions lines={model.captions.lines.value} size={model.captions.size.value} />
    </main>
  );
};

/** A picture that is ready to go over: the browser takes no other. */
const PipSource = ({ model, pip }: Pick<WatchPipProps, 'model' | 'pip'>) => {
  const video = useRef<HTMLVideoElement>(null);
  const content = model.scene.value;
  const { screen = null, onAir = [], layout } = content?.program ?? {};
  const source =
    layout === 'screen' && screen !== null
      ? content?.sourceOf(screen, 'screen')
      : content?.sourceOf(onAir[0] ?? '', 'camera');
  const track = source?.track ?? null;
  useEffect(() => {
    const element = video.current;
    pip.source = element;
    if (element === null) return;
    element.srcObject = track && new MediaStream([track]);
    element.play().catch(() => undefined);
  }, [pip, track]);
  return <video ref={video} class="pip-source" muted playsInline autoplay aria-hidden="true" tabIndex={-1} />;
};
