// Where the page starts: takes the secret out of the address bar first, then draws.
import { h, render } from 'preact';
import { askEmbedders, EMBED_PATH } from '#core';
import { createBrowserPlatform } from '../platform/browser.ts';
import { App } from './App.tsx';
import { AppModel } from './AppModel.ts';
import { EmbedFrame } from './embed/EmbedFrame.ts';
import { forgetOldHosts } from './hostMemory.ts';
import './i18n/moreWords.ts';
import { begun } from './loading/begun.ts';
import { warnBeforeLoss } from './media/recording/keptRecordings.ts';
import { createServices } from './services.ts';
import { applyTheme } from './theme.ts';

begun();
const platform = createBrowserPlatform();
const isEmbedded = location.pathname === EMBED_PATH;
const app = new AppModel(createServices(platform), { isEmbedded });
app.openAddress();
if (isEmbedded) {
  const options = {
    app,
    askEmbedders: () => askEmbedders(platform),
    parent: globalThis.parent,
    self: globalThis.window,
  };
  void new EmbedFrame(options).start();
}
// Back and forward, and a link pasted over the address of an open page.
addEventListener('popstate', app.openAddress);
addEventListener('hashchange', app.openAddress);
// The others should not look at a frozen picture for as long as a lost connection is waited for.
addEventListener('pagehide', app.leaveNow);

forgetOldHosts(Date.now());
warnBeforeLoss();
applyTheme(document.documentElement);
const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
render(h(App, { app }), root);
