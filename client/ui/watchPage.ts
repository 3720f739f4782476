// The page of the watch document: what is drawn, and what of the address bar leads to.
import { h, render } from 'preact';
import { createWatchClient, formatLink, parseLink, type Platform } from '#core';
import { WatchApp } from './screens/watch/WatchApp.tsx';
import { WatchAppModel, type EarlyClient } from './screens/watch/WatchAppModel.ts';
import { applyTheme } from './theme.ts';

/** @param early what began before this script was there */
export function openWatchPage(platform: Platform, early: EarlyClient): void {
  const app = new WatchAppModel({
    parseLink: (text) => parseLink(text, platform.origin),
    formatLink: (link) => formatLink(link, platform.origin),
    createWatchClient: (link) => createWatchClient({ platform, link }),
    goTo: (address) => location.assign(address),
  });
  app.openEarly(early);
  // Back and forward, and a link pasted over the address of an open page.
  addEventListener('popstate', app.openAddress);
  addEventListener('hashchange', app.openAddress);
  addEventListener('pagehide', app.leaveNow);
  // A page that was kept for back and forward goes on where it can.
  addEventListener('pageshow', (event) => {
    if (event.persisted) app.again();
  });

  applyTheme(document.documentElement);
  const root = document.getElementById('app');
  if (root === null) throw new Error('watch.html has no #app');
  render(h(WatchApp, { app }), root);
}
