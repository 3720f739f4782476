// Where the admin page starts: a document of its own, for whoever runs the server.
import { h, render } from 'preact';
import { askStatus } from '../platform/adminLine.ts';
import { begun } from './loading/begun.ts';
import { AdminApp } from './screens/admin/AdminApp.tsx';
import { AdminModel } from './screens/admin/AdminModel.ts';
import { recallInTab, rememberInTab } from './tabMemory.ts';
import { applyTheme } from './theme.ts';

begun();
const model = new AdminModel({
  ask: askStatus,
  recallToken: () => recallInTab('admin'),
  rememberToken: (token) => rememberInTab('admin', token),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
});
model.start();
// What was not asked for while nobody looked is asked at once.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.lookNow();
});
addEventListener('online', model.lookNow);

applyTheme(document.documentElement);
const root = document.getElementById('app');
if (root === null) throw new Error('admin.html has no #app');
render(h(AdminApp, { model }), root);
