// Where the watch page starts: a document of its own, so that an audience loads nothing of the meeting, and of its scripts the smallest first.
// A token is asked for here; what a picture waits for is another script, and the page that shows it a third. Both arrive meanwhile.
import { askAhead } from '#core';
import { openEarly } from '../platform/earlySocket.ts';
import { fetchJson } from '../platform/fetchJson.ts';
import { prepareSealing } from '../platform/sealing.ts';
import { takeLink } from './linkVault.ts';
import { begun, partMissing } from './loading/begun.ts';

begun();
const text = takeLink(location, history) ?? '';
const sealing = prepareSealing();
const { origin } = location;
const asked = askAhead(text, {
  fetch: (path, init) => fetchJson(`${origin}${path}`, init),
  sealSupport: () => sealing.support,
});
const early = asked && openEarly(origin);
void sealing.check();
void import('./watchClient.ts').then(
  ({ beginWatching }) => beginWatching({ text, sealing, asked, early }),
  partMissing,
);
