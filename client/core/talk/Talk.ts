// What the members say to each other beside sound and picture: one part for each kind of it, all over the group's own messages.
import type { GroupView, Said } from '#e2ee';
import { Captions } from '../captions/Captions.ts';
import { Hands } from '../hands/Hands.ts';
import { Polls } from '../polls/Polls.ts';
import { Reactions } from '../reactions/Reactions.ts';
import type { GestureActions } from '../gestures.ts';
import { QualityTalk } from '../quality/QualityTalk.ts';
import { Recording } from '../recording/Recording.ts';
import { Chat } from '../chat/Chat.ts';
import { MachineTalk } from '../hall/MachineTalk.ts';
import { OrderTalk } from '../orders/OrderTalk.ts';
import { FeedPasses } from '../feed/FeedPasses.ts';
import { FileShare } from '../files/FileShare.ts';
import { Iso } from '../iso/Iso.ts';
import type { StageDevices } from '../stage/StageCast.ts';
import { SpeakerReturn } from '../stage/SpeakerReturn.ts';
import { StageTalk } from '../stage/StageTalk.ts';
import type { TalkView } from '../types.ts';
import { parsePayload } from './payload.ts';
import type { TalkContext, TalkPart } from './TalkPart.ts';

export class Talk implements GestureActions {
  readonly chat: Chat;
  readonly captions: Captions;
  readonly reactions: Reactions;
  readonly hands: Hands;
  readonly polls: Polls;
  readonly recording: Recording;
  readonly orders: OrderTalk;
  readonly files: FileShare;
  readonly machines: MachineTalk;
  readonly passes: FeedPasses;
  readonly stage: StageTalk;
  readonly iso: Iso;
  readonly #quality: QualityTalk;
  readonly #speakers: SpeakerReturn;
  readonly #context: TalkContext;
  readonly #parts: readonly TalkPart[];
  #ownKeyHash: string | null = null;
  #ownPeerId = '';
  /** Peer id → the key of its leaf. */
  #leaves = new Map<string, string>();
  #wasUndone = false;

  constructor(context: TalkContext) {
    this.#context = context;
    this.files = new FileShare(context);
    this.chat = new Chat(context, this.files);
    this.reactions = new Reactions(context);
    this.hands = new Hands(context);
    this.polls = new Polls(context);
    this.recording = new Recording(context);
    this.orders = new OrderTalk(context);
    this.#quality = new QualityTalk(context);
    this.machines = new MachineTalk(context);
    this.passes = new FeedPasses(context);
    const devices: StageDevices = {
      isMachine: (peerId) => this.machines.has(peerId),
      makesCaptions: (peerId) => this.captions.view.makers.includes(peerId),
    };
    this.stage = new StageTalk({ ...context, onChange: () => this.#showChanged() }, devices);
    const { actions } = this.stage;
    this.#speakers = new SpeakerReturn(
      context,
      () => this.stage.view.show,
      (peerId, as) => actions.describe(peerId, as),
    );
    this.iso = new Iso(context, () => this.stage.view.show);
    this.captions = new Captions(context, {
      ask: context.ask,
      place: () => context.stage(),
      cue: () => this.stage.cue,
      onMakers: () => this.stage.captionsChanged(),
    });
    const { chat, captions, reactions, hands, polls, recording, orders, files, machines, passes, stage, iso } = this;
    const people = [chat, captions, reactions, hands, polls, recording, orders, files];
    this.#parts = [...people, machines, passes, stage, iso, this.#speakers, this.#quality];
  }

  #showChanged(): void {
    this.iso.follow();
    this.#speakers.follow();
  }

  get view(): TalkView {
    return {
      ...this.chat.view,
      captions: this.captions.lines,
      captioning: this.captions.view,
      reactions: this.reactions.shown,
      hands: this.hands.line,
      polls: this.polls.all,
      recording: this.recording.view,
      ...this.orders.view,
      files: this.files.view,
      quality: this.#quality.view,
      ...this.stage.view,
      iso: this.iso.view,
    };
  }

  handleSaid({ from, payload, epoch, self }: Said): void {
    const parsed = self ? null : parsePayload(payload);
    if (parsed === null) return;
    const heard = { from, displayName: this.#context.nameOf(from), epoch };
    for (const part of this.#parts) part.handle?.(parsed, heard);
  }

  /**
   * @param regathering after the server restarted, while those who were here are on their way back: whoever comes has not heard what was
   * said last, before or since
   */
  update(view: GroupView, regathering = false): void {
    const isUndone = view.state === 'resync' && view.cause === 'reopened';
    if (isUndone && !this.#wasUndone) for (const part of this.#parts) part.epochsUndone?.();
    this.#wasUndone = isUndone;
    if (view.state !== 'in') return;
    const self = view.members.find((member) => member.self);
    if (self === undefined) return;
    // Another Peer's words of before would be read twice.
    const mayRepeat = regathering && self.peerId === this.#ownPeerId;
    this.#ownPeerId = self.peerId;
    const isFresh = this.#ownKeyHash !== null && self.keyHash !== this.#ownKeyHash;
    if (isFresh) for (const part of this.#parts) part.startOver?.(self);
    if (isFresh && mayRepeat) for (const part of this.#parts) part.epochsUndone?.();
    this.#ownKeyHash = self.keyHash;
    const others = view.members.filter((member) => member !== self);
    const isAnew = others.some(({ peerId, keyHash }) => (this.#leaves.get(peerId) ?? keyHash) !== keyHash);
    this.#leaves = new Map(others.map(({ peerId, keyHash }) => [peerId, keyHash]));
    for (const part of this.#parts) part.setMembers?.(others, self);
    if (isAnew) for (const part of this.#parts) part.othersStartOver?.();
    if (isAnew && mayRepeat && !isFresh) for (const part of this.#parts) part.epochsUndone?.();
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  devicesChanged(): void {
    for (const part of this.#parts) part.devicesChanged?.();
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
