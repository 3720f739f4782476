// One function for each thing the server says: what it changes in a client's Room.
import type { Notification } from '#protocol/notifications';
import { endReasonOfClosing } from './endReasons.ts';
import type { RoomPlace } from './RoomPlace.ts';
import type { NotificationTable } from './signalling/notifications.ts';
import type { StageTalk } from './stage/StageTalk.ts';
import type { EndReason } from './types.ts';

export interface NotificationTargets {
  place(): RoomPlace | null;
  onAway(peerId: string, away: boolean): void;
  onLevels(levels: readonly { peerId: string; level: number }[]): void;
  onActiveSpeaker(peerId: string | null): void;
  /** For words while waiting outside; whoever is inside knows the mode from the group. */
  onHint(mode: Notification<'room:hint'>['mode']): void;
  stage(): Pick<StageTalk, 'keysPublished' | 'setViewers'>;
  onDraining(inMs: number): unknown;
  onEnded(reason: EndReason): void;
  onChange(): void;
}

type StageNotification = Extract<keyof NotificationTable, `stage:${string}`>;
type GroupNotification = Extract<keyof NotificationTable, `mls:${string}`>;

export function notificationTable(targets: NotificationTargets): NotificationTable {
  const { place } = targets;
  // Who is shown comes from the group; the server only tells how the Connections fare.
  const away =
    (isAway: boolean) =>
    ({ peerId }: { peerId: string }) => {
      targets.onAway(peerId, isAway);
      targets.onChange();
    };
  return {
    'peer:joined': ({ peer }) => away(false)(peer),
    'peer:away': away(true),
    'peer:back': away(false),
    // Gone for good, yet shown until a member has committed its removal.
    'peer:left': away(true),
    // Who is co-host stands in the group, signed.
    'peer:role': () => undefined,
    'room:hint': ({ mode }) => targets.onHint(mode),
    'consumer:new': ({ consumers }) => place()?.media.addConsumers(consumers),
    'consumer:closed': ({ consumerIds }) => place()?.media.removeConsumers(consumerIds),
    'consumer:paused': ({ consumerId }) => place()?.media.setProducerPaused(consumerId, true),
    'consumer:resumed': ({ consumerId }) => place()?.media.setProducerPaused(consumerId, false),
    'producer:closed': ({ producerId }) => place()?.media.producerClosed(producerId),
    'audio:levels': ({ levels }) => {
      targets.onLevels(levels);
      targets.onChange();
    },
    'audio:heard': ({ peerIds }) => place()?.media.setHeard(peerIds),
    'audio:activeSpeaker': ({ peerId }) => {
      targets.onActiveSpeaker(peerId);
      targets.onChange();
    },
    'media:reset': (offer) => place()?.resetMedia(offer),
    ...groupTable(place),
    ...STAGE_OF_VIEWERS,
    'stage:wrapped': ({ groupId, epoch }) => targets.stage().keysPublished(groupId, epoch),
    'stage:audience': ({ viewers }) => targets.stage().setViewers(viewers),
    'room:closed': ({ reason }) => targets.onEnded(endReasonOfClosing(reason)),
    'server:draining': ({ deadlineMs }) => targets.onDraining(deadlineMs),
    'connection:replaced': () => targets.onEnded('replaced'),
  };
}

/** A member is told none of it. */
const STAGE_OF_VIEWERS: Omit<Pick<NotificationTable, StageNotification>, 'stage:wrapped' | 'stage:audience'> = {
  'stage:roster': () => undefined,
  'stage:program': () => undefined,
  'stage:keys': () => undefined,
  'stage:caption': () => undefined,
  'stage:closed': () => undefined,
  'stage:reset': () => undefined,
};

/** The worker's events are the notifications, field for field. */
function groupTable(place: NotificationTargets['place']): Pick<NotificationTable, GroupNotification> {
  return {
    'mls:queue': (payload) => place()?.deliver({ name: 'mls:queue', ...payload }),
    'mls:commit': (payload) => place()?.deliver({ name: 'mls:commit', ...payload }),
    'mls:welcome': (payload) => place()?.deliver({ name: 'mls:welcome', ...payload }),
    'mls:allReady': (payload) => place()?.deliver({ name: 'mls:allReady', ...payload }),
    'mls:message': (payload) => place()?.deliver({ name: 'mls:message', ...payload }),
    'mls:heartbeat': (payload) => place()?.deliver({ name: 'mls:heartbeat', ...payload }),
    'mls:barred': (payload) => place()?.deliver({ name: 'mls:barred', ...payload }),
    'mls:reopened': (payload) => place()?.deliver({ name: 'mls:reopened', ...payload }),
    'mls:ended': (payload) => place()?.deliver({ name: 'mls:ended', ...payload }),
  };
}
