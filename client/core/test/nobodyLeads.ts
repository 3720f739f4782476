// A Room that whoever has the link may enter, and that nobody leads.
import type { HostingView } from '../types.ts';

export const NOBODY_LEADS: HostingView = {
  mode: 'open',
  host: null,
  cohosts: [],
  acting: [],
  linkGeneration: 0,
  knocks: [],
  iAct: false,
  iAmHost: false,
};
