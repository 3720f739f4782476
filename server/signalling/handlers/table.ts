// Every request of the wire and the one function that answers it.
import type { HandlerTable } from '../handler.ts';
import { consumersReady, renewConsumers, requestKeyFrame, viewConsumers } from './consumer.ts';
import { createFeed, listFeeds, revokeFeed } from './feed.ts';
import { endRoom, hintMode, kickPeer, setCohosts } from './hosts.ts';
import {
  changeLink,
  createGroup,
  refuseCommit,
  reportReady,
  sendGroupMessage,
  sendHeartbeat,
  submitCommit,
  submitKeyPackage,
} from './mls.ts';
import { closeProducer, createProducer, pauseProducer, resumeProducer } from './producer.ts';
import { joinRoom, leaveRoom, lookAround } from './room.ts';
import { airProducer, captionStage, closeStage, publishStage } from './stage.ts';
import { refreshToken } from './token.ts';
import { connectTransport, restartIce, startMedia } from './transport.ts';

export const HANDLERS: HandlerTable = {
  'room:join': joinRoom,
  'room:look': lookAround,
  'room:leave': leaveRoom,
  'token:refresh': refreshToken,
  'room:kick': kickPeer,
  'room:setCohosts': setCohosts,
  'room:end': endRoom,
  'room:hint': hintMode,
  'media:start': startMedia,
  'transport:connect': connectTransport,
  'transport:restartIce': restartIce,
  'producer:create': createProducer,
  'producer:close': closeProducer,
  'producer:pause': pauseProducer,
  'producer:resume': resumeProducer,
  'producer:air': airProducer,
  'consumer:ready': consumersReady,
  'consumer:view': viewConsumers,
  'consumer:renew': renewConsumers,
  'consumer:keyFrame': requestKeyFrame,
  'mls:create': createGroup,
  'mls:keyPackage': submitKeyPackage,
  'mls:commit': submitCommit,
  'mls:ready': reportReady,
  'mls:message': sendGroupMessage,
  'mls:heartbeat': sendHeartbeat,
  'mls:nack': refuseCommit,
  'mls:link': changeLink,
  'stage:publish': publishStage,
  'stage:caption': captionStage,
  'stage:close': closeStage,
  'feed:create': createFeed,
  'feed:list': listFeeds,
  'feed:revoke': revokeFeed,
};
