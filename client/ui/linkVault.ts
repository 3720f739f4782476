// Keeps the room's secret in this tab: reads the fragment once, takes it out of the address bar, survives a reload.

import { recallInTab, rememberInTab } from './tabMemory.ts';

const roomPath = /^\/[rwf]\/([^/]+)\/?$/;

/** The room that a path names, or null for the start page. */
export const roomIdOfPath = (path: string): string | null => roomPath.exec(path)?.[1] ?? null;

/**
 * The whole link of the room in the address bar, or null on other pages. The fragment is removed from the address
 * and from the history entry before anything else can read it; after a reload the tab's own copy stands in for it.
 */
export const takeLink = (location: Location, history: History): string | null => {
  const roomId = roomIdOfPath(location.pathname);
  if (roomId === null) return null;
  const page = location.origin + location.pathname;
  if (location.hash.length > 1) {
    const link = page + location.hash;
    keepLink(roomId, link);
    history.replaceState(history.state, '', location.pathname);
    return link;
  }
  return recallInTab(`link.${roomId}`) ?? page;
};

/** For a room made here, whose link never stood in the address bar. */
export const keepLink = (roomId: string, link: string): void => {
  rememberInTab(`link.${roomId}`, link);
};
