// The one place where refusals of the server become the reason a person is told.
import type { Notification } from '#protocol/notifications';
import type { SignallingCode } from './signalling/SignallingError.ts';
import type { EndReason } from './types.ts';

/**
 * What a refused token, handshake or join means. `null`: worth another attempt.
 * @param code the wire's code, or that of the way to the server
 */
export function endReasonOf(code: SignallingCode): EndReason | null {
  switch (code) {
    case 'version':
    case 'unknown_request':
      return 'version';
    case 'not_found':
      return 'roomGone';
    case 'forbidden':
      return 'badLink';
    case 'capacity':
      return 'full';
    case 'closed':
      return 'left';
    case 'bad_request':
    case 'too_large':
      return 'failed';
    // A token that went stale on the way is fetched anew; the rest passes with time.
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

/** The same for who had a place: the link opened the Room before, so it was replaced; a place that is refused was taken away. */
export function endReasonOfReturn(code: SignallingCode, asked: 'connecting' | 'joining'): EndReason | null {
  if (code === 'forbidden') return asked === 'joining' ? 'removed' : 'linkChanged';
  return endReasonOf(code);
}

/** What `room:closed` means to who was inside. */
export function endReasonOfClosing(reason: Notification<'room:closed'>['reason']): EndReason {
  switch (reason) {
    case 'ended':
      return 'roomEnded';
    case 'expired':
      return 'roomGone';
    case 'removed':
    case 'linkChanged':
      return reason;
  }
}
