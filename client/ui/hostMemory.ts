// What a device keeps as the host of rooms, the token, the mode chosen last and the show, for as long as it is worth something.
import * as v from 'valibot';
import { recall, recalledKeys, remember } from './remembered.ts';

/** Clocks of devices are wrong by hours, seldom by days. */
const LEEWAY_MS = 24 * 60 * 60 * 1000;

/** Of the token's own words only until when a server takes it; in seconds, as JWTs have it. */
const Expiry = v.object({ exp: v.pipe(v.number(), v.finite()) });

export const hostTokenOf = (roomId: string): string | null => recall(`host.${roomId}`);

export const keepHostToken = (roomId: string, token: string): void => remember(`host.${roomId}`, token);

/** Sealed by the client that produces; it outlives this page (SPEC E-205). */
export const showStoreOf = (roomId: string): { read(): string | null; write(text: string | null): void } => ({
  read: () => recall(`show.${roomId}`),
  write: (text) => remember(`show.${roomId}`, text),
});

/** Which tickets of machines were made here, sealed in the same way (SPEC E-209). */
export const passStoreOf = (roomId: string): ReturnType<typeof showStoreOf> => ({
  read: () => recall(`passes.${roomId}`),
  write: (text) => remember(`passes.${roomId}`, text),
});

/** By what this device is known again as the speaker from before, sealed too (SPEC E-210). */
export const speakerStoreOf = (roomId: string): ReturnType<typeof showStoreOf> => ({
  read: () => recall(`speaker.${roomId}`),
  write: (text) => remember(`speaker.${roomId}`, text),
});

/** The room was ended, for good: nobody makes it again, and its token opens nothing. */
export function forgetHost(roomId: string): void {
  remember(`host.${roomId}`, null);
  remember(`mode.${roomId}`, null);
  remember(`show.${roomId}`, null);
  remember(`passes.${roomId}`, null);
  remember(`speaker.${roomId}`, null);
}

/** Tokens that no server takes any more. One that cannot be read is left alone: another version of the page may know it. */
export function forgetOldHosts(nowMs: number): void {
  for (const key of recalledKeys('host.')) {
    const roomId = key.slice('host.'.length);
    const expiresAtMs = expiryOf(hostTokenOf(roomId) ?? '');
    if (expiresAtMs !== null && expiresAtMs + LEEWAY_MS < nowMs) forgetHost(roomId);
  }
}

function expiryOf(token: string): number | null {
  try {
    const payload = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const parsed = v.safeParse(Expiry, JSON.parse(payload));
    return parsed.success ? parsed.output.exp * 1000 : null;
  } catch {
    return null;
  }
}
