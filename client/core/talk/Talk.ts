// What the members say to each other beside sound and picture: one part for each kind of it, all over the group's own messages.
import type { GroupView, Said } from '#e2ee';
import { Captions } from '../captions/Captions.ts';
import { ChatLog } from '../chat/ChatLog.ts';
import { FileShare } from '../files/FileShare.ts';
import type { TalkView } from '../types.ts';
import { parsePayload } from './payload.ts';
import type { TalkContext, TalkPart } from './TalkPart.ts';

export class Talk {
  readonly chat: ChatLog;
  readonly captions: Captions;
  readonly files: FileShare;
  readonly #context: TalkContext;
  readonly #parts: readonly TalkPart[];

  constructor(context: TalkContext) {
    this.#context = context;
    this.chat = new ChatLog(context);
    this.captions = new Captions(context);
    this.files = new FileShare(context);
    this.#parts = [this.chat, this.captions, this.files];
  }

  get view(): TalkView {
    return { chat: this.chat.entries, captions: this.captions.lines, files: this.files.view };
  }

  handleSaid({ from, payload, epoch, self }: Said): void {
    const parsed = self ? null : parsePayload(payload);
    if (parsed === null) return;
    const heard = { from, displayName: this.#context.nameOf(from), epoch };
    for (const part of this.#parts) part.handle?.(parsed, heard);
  }

  update(view: GroupView): void {
    if (view.state !== 'in') return;
    const others = view.members.filter(({ self }) => !self);
    for (const part of this.#parts) part.setMembers?.(others);
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
