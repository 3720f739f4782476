// The one place where refusals of the server become the reason a person is told.
import type { GroupView } from '#e2ee';
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

/**
 * The same for who had a place: the link opened the Room before, so it was replaced; a place that is refused was taken away. Where all
 * come back at once there is room for them in a while.
 */
export function endReasonOfReturn(code: SignallingCode, asked: 'connecting' | 'joining'): EndReason | null {
  if (code === 'capacity') return null;
  if (code === 'forbidden') return asked === 'joining' ? 'removed' : 'linkChanged';
  return endReasonOf(code);
}

/** A group of another link may be one that was just replaced; met again and again, it is not ours. */
const FOREIGN_GROUP_ATTEMPTS = 2;

/**
 * What a group's state means where nothing more is to be waited for; else null.
 * @param linkGeneration of the Room, as the server says: whoever comes with its host's token may hold an older link
 */
export function endReasonOfGroup(view: GroupView, linkGeneration: number): EndReason | null {
  if (view.state === 'removed') return 'removed';
  if (view.state !== 'resync' || view.cause !== 'beacon' || view.attempt < FOREIGN_GROUP_ATTEMPTS) return null;
  return linkGeneration > 0 ? 'linkChanged' : 'badLink';
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
