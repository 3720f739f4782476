// The watch page: one screen at a time, after the WatchAppModel.
import { useLayoutEffect } from 'preact/hooks';
import { language } from '../../i18n/index.ts';
import { BrokenLink } from '../BrokenLink.tsx';
import { Watch } from './Watch.tsx';
import type { WatchAppModel } from './WatchAppModel.ts';
import { WatchEnded, WatchOpening, WatchWaiting } from './WatchDoor.tsx';
import type { WatchModel } from './WatchModel.ts';

export const WatchApp = ({ app }: { app: WatchAppModel }) => {
  const screen = app.screen.value;
  const spoken = language.value;
  // With the words, not a frame later: a screen reader picks its voice by it.
  useLayoutEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  if (screen.name === 'broken') return <BrokenLink app={app} fault={screen.fault} to="event" />;
  return <Event key={screen.model} app={app} model={screen.model} />;
};

const Event = ({ app, model }: { app: WatchAppModel; model: WatchModel }) => {
  const state = model.state.value;
  switch (state.phase) {
    case 'idle':
    case 'opening':
      return <WatchOpening />;
    case 'waiting':
      return <WatchWaiting why={state.why} leftMs={state.retryAtMs - model.nowMs.value} onRetry={model.retry} />;
    case 'watching':
      return <Watch model={model} audience={state} />;
    case 'ended':
      return (
        <WatchEnded
          reason={state.reason}
          onAgain={() => (state.reason === 'version' ? location.reload() : app.again())}
        />
      );
  }
};
