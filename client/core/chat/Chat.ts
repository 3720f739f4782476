// The chat as one part of the talk: its messages, who is writing, and what is given to those who come later.
import type { GroupMember } from '#e2ee';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { ChatLog } from './ChatLog.ts';
import type { ChatActions, ChatView } from './chatTypes.ts';
import { History, type GivenFiles } from './History.ts';
import { Typing } from './Typing.ts';

export class Chat implements ChatActions, TalkPart {
  readonly #log: ChatLog;
  readonly #typing: Typing;
  readonly #history: History;
  readonly #parts: readonly TalkPart[];

  constructor(context: TalkContext, files: GivenFiles) {
    this.#log = new ChatLog(context);
    this.#typing = new Typing(context);
    this.#history = new History(context, this.#log, files);
    this.#parts = [this.#log, this.#typing, this.#history];
  }

  get view(): ChatView {
    return { chat: this.#log.entries, chatTyping: this.#typing.names, chatHistory: this.#history.view };
  }

  send(text: string, replyTo?: string): void {
    this.#log.send(text, replyTo);
    this.#typing.rest();
  }

  retry(id: string): void {
    this.#log.retry(id);
  }

  edit(id: string, text: string): void {
    this.#log.edit(id, text);
  }

  remove(id: string): void {
    this.#log.remove(id);
  }

  react(id: string, emoji: string, on: boolean): void {
    this.#log.react(id, emoji, on);
  }

  typing(): void {
    this.#typing.say();
  }

  askForHistory(): void {
    this.#history.ask();
  }

  shareHistory(): void {
    this.#history.share();
  }

  dismissRequests(): void {
    this.#history.dismiss();
  }

  handle(payload: GroupPayload, heard: Heard): void {
    for (const part of this.#parts) part.handle?.(payload, heard);
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#log.present(self.peerId);
    for (const part of this.#parts) part.setMembers?.(others, self);
  }

  setReady(ready: boolean): void {
    for (const part of this.#parts) part.setReady?.(ready);
  }

  epochsUndone(): void {
    this.#log.sayAgain();
  }

  close(): void {
    for (const part of this.#parts) part.close?.();
  }
}
