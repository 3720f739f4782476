// What the members say to each other beside sound and picture: one part for each kind of it, all over the group's own messages.
import type { GroupView, Said } from '#e2ee';
import { Captions } from '../captions/Captions.ts';
import { ChatLog } from '../chat/ChatLog.ts';
import { Hands } from '../hands/Hands.ts';
import { Polls } from '../polls/Polls.ts';
import { Reactions } from '../reactions/Reactions.ts';
import type { GestureActions } from '../gestures.ts';
import { Recording } from '../recording/Recording.ts';
import type { TalkView } from '../types.ts';
import { parsePayload } from './payload.ts';
import type { TalkContext, TalkPart } from './TalkPart.ts';

export class Talk implements GestureActions {
  readonly chat: ChatLog;
  readonly captions: Captions;
  readonly reactions: Reactions;
  readonly hands: Hands;
  readonly polls: Polls;
  readonly recording: Recording;
  readonly #context: TalkContext;
  readonly #parts: readonly TalkPart[];
  #ownKeyHash: string | null = null;

  constructor(context: TalkContext) {
    this.#context = context;
    this.chat = new ChatLog(context);
    this.captions = new Captions(context);
    this.reactions = new Reactions(context);
    this.hands = new Hands(context);
    this.polls = new Polls(context);
    this.recording = new Recording(context);
    this.#parts = [this.chat, this.captions, this.reactions, this.hands, this.polls, this.recording];
  }

  get view(): TalkView {
    return {
      chat: this.chat.entries,
      captions: this.captions.lines,
      reactions: this.reactions.shown,
      hands: this.hands.line,
      polls: this.polls.all,
      recording: this.recording.view,
    };
  }

  handleSaid({ from, payload, epoch, self }: Said): void {
    const parsed = self ? null : parsePayload(payload);
    if (parsed === null) return;
    const heard = { from, displayName: this.#context.nameOf(from), epoch };
    for (const part of this.#parts) part.handle?.(parsed, heard);
  }

  update(view: GroupView): void {
    if (view.state !== 'in') return;
    const self = view.members.find((member) => member.self);
    const isFresh = this.#ownKeyHash !== null && self !== undefined && self.keyHash !== this.#ownKeyHash;
    if (isFresh) for (const part of this.#parts) part.startOver?.(self.peerId);
    this.#ownKeyHash = self?.keyHash ?? this.#ownKeyHash;
    const others = view.members.filter(({ self }) => !self);
    for (const part of this.#parts) part.setMembers?.(others, self?.peerId ?? '');
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
