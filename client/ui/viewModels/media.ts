// Whether a microphone, a camera or a screen is on, one's own or another's.
import type { LocalMedia, RemoteMedia } from '#core';

/** What waits for its key or its network is on as well: it is being sent. */
export const isMediaOn = ({ state }: LocalMedia | RemoteMedia): boolean =>
  state === 'on' || state === 'playing' || state === 'waiting';
