// The server's relay for files as this member uses it: its limits, new uploads and their end, always with the token of the moment.
import * as v from 'valibot';
import { FileLimitsAnswer, UPLOAD_KEY_HEADER } from '#protocol/http';
import { FileId } from '#protocol/ids';
import { sealedFileSize } from '#e2ee';
import type { TalkContext } from '../talk/TalkPart.ts';
import type { Platform, RoomLink, Store } from '../types.ts';
import type { FileAnswer, FileFault, FileLimits, FilePort } from './fileTypes.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };
const LimitsReply = v.object({ ok: v.literal(true), data: FileLimitsAnswer });
const Refusal = v.object({ ok: v.literal(false), error: v.object({ code: v.string() }) });

export type Created = { ok: true; fileId: FileId } | { ok: false; fault: FileFault | 'offline' };

export interface FileRelayOptions {
  port: FilePort;
  roomId(): string;
  /** The access token that is held now. */
  token(): string;
}

/** The files' part of what a client gives to its kinds of talk. */
export function relayOf(
  platform: Pick<Platform, 'createFilePort'>,
  link: Store<RoomLink>,
  signalling: { readonly token: string },
): TalkContext['relay'] {
  const { roomId } = link.get();
  return { port: platform.createFilePort(), roomId: () => roomId, token: () => signalling.token };
}

export class FileRelay {
  readonly #options: FileRelayOptions;
  readonly #waiting = new Set<() => void>();
  #ready = false;

  constructor(options: FileRelayOptions) {
    this.#options = options;
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
    if (!ready) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** Waits until the Room can be spoken to: without it there is no token that counts. */
  readonly token = async (): Promise<string> => {
    if (!this.#ready) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.#options.token();
  };

  pathOf(fileId: string): string {
    return `${this.#folder}/${fileId}`;
  }

  /** Null where nobody says. */
  async limits(): Promise<FileLimits | null> {
    const answer = await this.#call('GET', this.#folder, {});
    const parsed = v.safeParse(LimitsReply, answer?.body);
    if (!parsed.success) return null;
    const { maxFileBytes, ttlMs } = parsed.output.data;
    return { maxFileBytes: largestWithin(maxFileBytes), ttlMs };
  }

  async create(size: number, uploadKey: string): Promise<Created> {
    const headers = { ...TUS, 'Upload-Length': String(sealedFileSize(size)), [UPLOAD_KEY_HEADER]: uploadKey };
    const answer = await this.#call('POST', this.#folder, headers);
    if (answer === null) return { ok: false, fault: 'offline' };
    const fileId = v.safeParse(FileId, answer.location?.split('/').at(-1));
    if (answer.status === 201 && fileId.success) return { ok: true, fileId: fileId.output };
    return { ok: false, fault: faultOf(answer) };
  }

  /** What of it is not heard goes with its time. */
  async remove(fileId: string, uploadKey: string): Promise<void> {
    await this.#call('DELETE', this.pathOf(fileId), { ...TUS, [UPLOAD_KEY_HEADER]: uploadKey });
  }

  get #folder(): string {
    return `/api/rooms/${this.#options.roomId()}/files`;
  }

  /** Null when nobody answered. */
  async #call(method: string, path: string, headers: Record<string, string>): Promise<FileAnswer | null> {
    const token = await this.token();
    return this.#options.port.call(method, path, { ...headers, Authorization: `Bearer ${token}` }).catch(() => null);
  }
}

function faultOf({ status, body }: FileAnswer): FileFault | 'offline' {
  const parsed = v.safeParse(Refusal, body);
  switch (parsed.success ? parsed.output.error.code : '') {
    case 'too_large':
      return 'tooLarge';
    case 'capacity':
      return 'quota';
    case 'token_expired':
    case 'unauthorized':
    case 'not_sealed':
    case 'rate_limited':
    case 'draining':
      return 'offline';
    default:
      return status >= 502 ? 'offline' : 'refused';
  }
}

/** The largest file that is no larger than `sealed` once it is sealed. */
function largestWithin(sealed: number): number {
  let [fits, not] = [0, sealed + 1];
  if (sealedFileSize(0) > sealed) return 0;
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (sealedFileSize(middle) <= sealed) fits = middle;
    else not = middle;
  }
  return fits;
}
