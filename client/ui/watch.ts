// Where the watch page starts: a document of its own, so that an audience loads nothing of the meeting.
import { h, render } from 'preact';
import { createWatchClient, formatLink, parseLink } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import { WatchApp } from './screens/watch/WatchApp.tsx';
import { WatchAppModel } from './screens/watch/WatchAppModel.ts';
import { applyTheme } from './theme.ts';

const platform = createBrowserPlatform();
const app = new WatchAppModel({
  parseLink: (text) => parseLink(text, platform.origin),
  formatLink: (link) => formatLink(link, platform.origin),
  createWatchClient: (link) => createWatchClient({ platform, link }),
  goTo: (address) => location.assign(address),
});
app.openAddress();
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
