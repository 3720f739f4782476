// The page of the machine in a hall, loaded where a feed link says that it is one.
import { h, render } from 'preact';
import type { FeedLink, RoomClient } from '#core';
import { getCamera, getLine, getScreen, tuneScreen } from '../platform/devices.ts';
import { HallApp } from './screens/hall/HallApp.tsx';
import { HallModel } from './screens/hall/HallModel.ts';
import { applyTheme } from './theme.ts';

interface Ground {
  createClient(feed: FeedLink): RoomClient;
  root: HTMLElement;
}

export const openHall = (feed: FeedLink, { createClient, root }: Ground): void => {
  const openers = {
    camera: getCamera,
    line: getLine,
    screen: async () => {
      const shown = await getScreen();
      // Clips and a stage move; a slide that is read stands still in either.
      tuneScreen(shown.video, 'motion');
      return shown;
    },
  };
  const model = new HallModel({ feed, createClient, openers, nowMs: () => Date.now() });
  document.body.classList.remove('feed-body');
  applyTheme(document.documentElement);
  model.start();
  addEventListener('pagehide', () => model.close());
  render(h(HallApp, { model }), root);
};
