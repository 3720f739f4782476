// The models that stand beside a meeting's own, one for each thing that people do in a room.
import type { ReadonlySignal, Signal } from '@preact/signals';
import { formatFeedLink, formatLink, type RoomClient, type RoomView } from '#core';
import { CaptionsModel } from './captions/CaptionsModel.ts';
import { ChatModel } from './chat/ChatModel.ts';
import { FilesModel } from './files/FilesModel.ts';
import { IsoModel } from './iso/IsoModel.ts';
import { GestureModel } from './gestures/GestureModel.ts';
import { HostModel } from './hosting/HostModel.ts';
import { OrderModel } from './hosting/OrderModel.ts';
import { PollModel } from './polls/PollModel.ts';
import { QualityModel } from './quality/QualityModel.ts';
import { RecordingModel } from './recording/RecordingModel.ts';
import { ShowModel } from './show/ShowModel.ts';
import { PipModel } from './stage/PipModel.ts';
import { StageModel } from './stage/StageModel.ts';
import type { Toast } from './toast.ts';

export type Panel = 'none' | 'people' | 'chat' | 'polls' | 'show';

/** What of the meeting its parts lean on. */
export interface MeetingGround {
  client: RoomClient;
  view: ReadonlySignal<RoomView>;
  panel: Signal<Panel>;
  /** Aloud only, to those who do not see it. */
  speak(text: string): void;
  /** On the screen and aloud. */
  tellAloud(text: string, tone: Toast['tone']): void;
  set(kind: 'mic' | 'camera', on: boolean): Promise<void>;
}

export interface MeetingParts {
  readonly hosts: HostModel;
  readonly orders: OrderModel;
  readonly stage: StageModel;
  readonly pip: PipModel;
  readonly shows: ShowModel;
  readonly chats: ChatModel;
  readonly files: FilesModel;
  readonly captions: CaptionsModel;
  readonly gestures: GestureModel;
  readonly polls: PollModel;
  readonly recording: RecordingModel;
  readonly iso: IsoModel;
  readonly quality: QualityModel;
}

/** Each that has a `close` is the meeting's to close. */
export function createMeetingParts(ground: MeetingGround): MeetingParts {
  const { client, view, panel, speak, tellAloud: tell } = ground;
  const quality = new QualityModel({ view, stopCamera: () => void ground.set('camera', false), say: speak });
  const spotlight = () => view.value.spotlight;
  const stage = new StageModel({ view, spotlight, say: speak, shown: (tiles) => quality.shown(tiles) });
  return {
    stage,
    quality,
    hosts: new HostModel({ client, hosting: () => view.value.hosting, tell }),
    orders: new OrderModel({ client, turnOn: (device) => ground.set(device, true), tell }),
    shows: new ShowModel({
      client,
      view,
      speak,
      tell,
      setMic: (on) => ground.set('mic', on),
      formatLink: (link) => formatLink(link, location.origin),
      formatFeedLink: (feed) => formatFeedLink(feed, location.origin),
      nowMs: () => Date.now(),
    }),
    pip: new PipModel((text) => tell(text, 'warning')),
    chats: new ChatModel({ client, view, isOpen: () => panel.value === 'chat', tell, say: speak }),
    files: new FilesModel({
      client,
      files: () => view.value.files,
      show: () => (panel.value = 'chat'),
      // Where the cards are in sight a toast over them would only hide them.
      tell: (text, tone) => (tone === 'plain' && panel.value === 'chat' ? speak(text) : tell(text, tone)),
    }),
    captions: new CaptionsModel({ client, mic: () => view.value.self.mic, cue: () => view.value.captioning.cue, tell }),
    gestures: new GestureModel({ client, view, speak, tell, nowMs: () => Date.now() }),
    polls: new PollModel({ client, view, isShown: () => panel.value === 'polls', tell }),
    iso: new IsoModel({ client, view, speak, tell }),
    recording: new RecordingModel({
      client,
      view: () => view.value,
      lastSpeaker: () => stage.lastSpeaker.value,
      page: () => stage.page.value,
      tell,
    }),
  };
}
