// What stands in the small window over others: whoever is large, and, where the browser can, the controls one needs at once.
import { Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide-preact';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../../components/Button.tsx';
import { language, t } from '../../../i18n/index.ts';
import { dressPipWindow, pipKind } from '../../../media/pictureInPicture.ts';
import type { ViewReporter } from '../../../media/ViewReporter.ts';
import { testIds } from '../../../testIds.ts';
import type { Box } from '../../../viewModels/layout.ts';
import { tileQuality } from '../../../viewModels/quality.ts';
import type { Tile } from '../../../viewModels/tiles.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { TileView } from '../TileView.tsx';

interface PipProps {
  model: MeetingModel;
  reporter: ViewReporter;
}

export const Pip = ({ model, reporter }: PipProps) => {
  const now = model.pip.now.value;
  const opened = now.state === 'document' ? now.window : null;
  useEffect(() => {
    if (opened === null) return;
    dressPipWindow(opened.document, t('app.name'));
    render(<PipWindow model={model} reporter={reporter} window={opened} />, opened.document.body);
    return () => render(null, opened.document.body);
  }, [opened, model, reporter]);
  return pipKind() === 'video' ? <PipSource model={model} reporter={reporter} /> : null;
};

const focusTile = (model: MeetingModel): Tile | undefined =>
  model.stage.tiles.value.find(({ key }) => key === model.stage.focus.value?.key);

const PipWindow = ({ model, reporter, window: opened }: PipProps & { window: Window }) => {
  const stage = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<Box>({ width: 0, height: 0 });
  useEffect(() => {
    const measure = (): void => {
      setBox({ width: stage.current?.clientWidth ?? 0, height: stage.current?.clientHeight ?? 0 });
      reporter.refresh();
    };
    measure();
    // The style arrives after the first look.
    const timer = opened.setTimeout(measure, 100);
    for (const link of opened.document.querySelectorAll('link')) link.addEventListener('load', measure);
    opened.addEventListener('resize', measure);
    return () => {
      opened.clearTimeout(timer);
      opened.removeEventListener('resize', measure);
    };
  }, [opened, reporter]);
  const tile = focusTile(model);
  return (
    <main class="pip" data-surface="stage" lang={language.value} data-testid={testIds.pip}>
      <div ref={stage} class="stage" role="list" aria-label={t('meeting.stage')}>
        {tile && (
          <TileView
            key={tile.key}
            tile={tile}
            place={{ ...box, key: tile.key, role: 'focus', x: 0, y: 0 }}
            quality={tileQuality(model.view.value.quality, tile)}
            reporter={reporter}
          />
        )}
      </div>
      <PipBar model={model} />
    </main>
  );
};

const PipBar = ({ model }: { model: MeetingModel }) => {
  const { mic, camera } = model.view.value.self;
  return (
    <div class="pip-bar" role="group" aria-label={t('meeting.controls')}>
      <IconButton
        icon={mic.state === 'on' ? Mic : MicOff}
        label={t(mic.state === 'on' ? 'bar.micOn' : 'bar.micOff')}
        onClick={() => void model.toggle('mic')}
        data-state={mic.state}
        testId={testIds.pipMic}
      />
      <IconButton
        icon={camera.state === 'on' ? Video : VideoOff}
        label={t(camera.state === 'on' ? 'bar.cameraOn' : 'bar.cameraOff')}
        onClick={() => void model.toggle('camera')}
        data-state={camera.state}
        testId={testIds.pipCamera}
      />
      <IconButton
        icon={PhoneOff}
        label={t('bar.leave')}
        onClick={() => model.client.leave()}
        testId={testIds.pipLeave}
      />
    </div>
  );
};

/** A picture that is ready to go over: the browser takes no other. */
const PipSource = ({ model, reporter }: PipProps) => {
  const video = useRef<HTMLVideoElement>(null);
  const tile = focusTile(model);
  const track = tile?.track ?? null;
  const now = model.pip.now.value;
  const opened = now.state === 'video' ? now.window : null;
  useEffect(() => {
    const element = video.current;
    model.pip.source = element;
    if (element === null) return;
    element.srcObject = track && new MediaStream([track]);
    element.play().catch(() => undefined);
  }, [model, track]);
  useEffect(() => {
    if (opened === null || tile === undefined || tile.self) return;
    const refresh = (): void => reporter.refresh();
    opened.addEventListener('resize', refresh);
    const stop = reporter.watchOutside(tile, () => ({
      width: opened.width * devicePixelRatio,
      height: opened.height * devicePixelRatio,
    }));
    return () => {
      opened.removeEventListener('resize', refresh);
      stop();
    };
  }, [opened, reporter, tile?.key]);
  return <video ref={video} class="pip-source" muted playsInline autoplay aria-hidden="true" tabIndex={-1} />;
};
