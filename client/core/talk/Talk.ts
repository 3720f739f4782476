// What the members say to each other beside sound and picture: one part for each kind of it, all over the group's own messages.
import type { GroupView, Said } from '#e2ee';
import { Captions } from '../captions/Captions.ts';
import { Chat } from '../chat/Chat.ts';
import type { TalkView } from '../types.ts';
import { parsePayload } from './payload.ts';
import type { TalkContext, TalkPart } from './TalkPart.ts';

export class Talk {
  readonly chat: Chat;
  readonly captions: Captions;
  readonly #context: TalkContext;
  readonly #parts: readonly TalkPart[];
  #wasUndone = false;

  constructor(context: TalkContext) {
    this.#context = context;
    this.chat = new Chat(context);
    this.captions = new Captions(context);
    this.#parts = [this.chat, this.captions];
  }

  get view(): TalkView {
    return { ...this.chat.view, captions: this.captions.lines };
  }

  handleSaid({ from, payload, epoch, self }: Said): void {
    const parsed = self ? null : parsePayload(payload);
    if (parsed === null) return;
    const heard = { from, displayName: this.#context.nameOf(from), epoch };
    for (const part of this.#parts) part.handle?.(parsed, heard);
  }

  update(view: GroupView): void {
    const isUndone = view.state === 'resync' && view.cause === 'reopened';
    if (isUndone && !this.#wasUndone) for (const part of this.#parts) part.epochsUndone?.();
    this.#wasUndone = isUndone;
    if (view.state !== 'in') return;
    const others = view.members.filter(({ self }) => !self);
    const self = view.members.find((member) => member.self);
    if (self !== undefined) for (const part of this.#parts) part.setMembers?.(others, self);
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
