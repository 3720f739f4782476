// Whether one's own screen reaches anybody, by confirmed state only.
import type { RoomView } from '#core';
import { isSilenced } from './safety.ts';

export type SharingState = 'none' | 'sealing' | 'sent' | 'notSent';

export const sharingState = (view: Pick<RoomView, 'self' | 'security' | 'splitSeen'>): SharingState => {
  const { screen } = view.self;
  if (screen.state !== 'on') return 'none';
  if (isSilenced(view)) return 'notSent';
  return screen.sealed ? 'sent' : 'sealing';
};
