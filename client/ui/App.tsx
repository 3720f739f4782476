// The page: one screen at a time, after the AppModel.
import { useLayoutEffect } from 'preact/hooks';
import type { AppModel, Call, RoomVisit } from './AppModel.ts';
import { language } from './i18n/index.ts';
import { Embed } from './screens/Embed.tsx';
import { BrokenLink } from './screens/BrokenLink.tsx';
import { Ended } from './screens/Ended.tsx';
import { Home } from './screens/Home.tsx';
import { Meeting } from './screens/meeting/Meeting.tsx';
import { PreJoin } from './screens/PreJoin.tsx';
import { Protect } from './screens/Protect.tsx';

export const App = ({ app }: { app: AppModel }) => {
  const screen = app.screen.value;
  const spoken = language.value;
  // With the words, not a frame later: a screen reader picks its voice by it.
  useLayoutEffect(() => {
    document.documentElement.lang = spoken;
  }, [spoken]);
  switch (screen.name) {
    case 'home':
      return <Home app={app} fault={screen.fault} />;
    case 'brokenLink':
      return <BrokenLink app={app} fault={screen.fault} />;
    case 'protect':
      return <Protect app={app} />;
    case 'embed':
      return <Embed cause={screen.cause} />;
    case 'preJoin':
      return <PreJoin key={screen.visit} app={app} visit={screen.visit} />;
    case 'call':
      return <CallScreen app={app} visit={screen.visit} call={screen.call} />;
  }
};

const CallScreen = ({ app, visit, call }: { app: AppModel; visit: RoomVisit; call: Call }) => {
  const state = call.state.value;
  switch (state.phase) {
    case 'idle':
    case 'joining':
      return <PreJoin app={app} visit={visit} call={call} />;
    case 'in':
      return <Meeting visit={visit} call={call} first={state} />;
    case 'ended':
      return <Ended app={app} visit={visit} reason={state.reason} by={state.by ?? null} />;
  }
};
