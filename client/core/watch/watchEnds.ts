// The one place where refusals of the server become what a viewer is told: over for good, or worth another attempt.
import type { Notification } from '#protocol/notifications';
import type { SignallingCode } from '../signalling/SignallingError.ts';
import type { WatchDelay, WatchEnd } from './watchTypes.ts';

/** What a refused token, handshake or join means. `null`: worth another attempt. */
export function endOfRefusal(code: SignallingCode): WatchEnd | null {
  switch (code) {
    case 'version':
    case 'unknown_request':
      return 'version';
    case 'forbidden':
      return 'badLink';
    case 'closed':
      return 'left';
    case 'bad_request':
    case 'too_large':
      return 'failed';
    // An event that is not open may be, later; the rest passes with time.
    case 'not_found':
    case 'capacity':
    case 'unauthorized':
    case 'token_expired':
    case 'conflict':
    case 'wrong_state':
    case 'not_sealed':
    case 'rate_limited':
    case 'draining':
    case 'internal':
    case 'disconnected':
    case 'timeout':
      return null;
  }
}

/** @param code one that `endOfRefusal` has no end for */
export function delayOf(code: SignallingCode): WatchDelay {
  if (code === 'not_found') return 'notOpen';
  return code === 'capacity' ? 'full' : 'network';
}

/** What `room:closed` means to a viewer. `null`: the server let go of an idle Room, which may open again under the same link. */
export function endOfClosing(reason: Notification<'room:closed'>['reason']): WatchEnd | null {
  switch (reason) {
    case 'ended':
    case 'removed':
    case 'linkChanged':
      return reason;
    case 'expired':
      return null;
  }
}
