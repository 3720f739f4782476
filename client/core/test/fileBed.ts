// One device that sends and hears of files: over a port that moves nothing, and a group that passes on what the test says.
import type { DownloadJob, FileAnswer, FilePort, SaveTarget, TransferEvents, UploadJob } from '../files/fileTypes.ts';
import { FileShare } from '../files/FileShare.ts';
import { encodePayload, parsePayload, type GroupPayload } from '../talk/payload.ts';
import { toBase64url } from '../util/base64url.ts';

export const ROOM = 'r'.repeat(22);
export const KEY = toBase64url(new Uint8Array(32).fill(5));
export const fileId = (number: number) => `f${String(number).padStart(21, '0')}`;
export const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
export const fileOf = (name: string, size = 10, lastModified = 1) => ({ name, size, lastModified }) as File;

interface Started {
  job: UploadJob | DownloadJob;
  /** As it was when the job was given; whoever takes it wipes it. */
  key: string;
  events: TransferEvents;
  told: string[];
}

export class FakePort implements FilePort {
  readonly started: Started[] = [];
  readonly calls: string[] = [];
  readonly discarded: SaveTarget[] = [];
  readonly handed: string[] = [];
  answer: FileAnswer | null = null;
  target: SaveTarget | Error | null = null;
  kept: string | null = null;
  closed = false;
  #made = 0;

  upload = (job: UploadJob, events: TransferEvents) => this.#start(job, events);
  download = (job: DownloadJob, events: TransferEvents) => this.#start(job, events);
  #start(job: UploadJob | DownloadJob, events: TransferEvents) {
    const told: string[] = [];
    this.started.push({ job, key: toBase64url(job.fileKey), events, told });
    return {
      pause: () => void told.push('pause'),
      resume: () => void told.push('resume'),
      stop: () => void told.push('stop'),
    };
  }
  async call(method: string, path: string, headers: Record<string, string>): Promise<FileAnswer> {
    this.calls.push(`${method} ${path} ${headers['Authorization']} ${headers['Upload-Length'] ?? ''}`.trim());
    if (this.answer !== null) return this.answer;
    if (method === 'GET') {
      const data = { maxFileBytes: 100_000_000, roomBytesLeft: 100_000_000, ttlMs: 1 };
      return { status: 200, location: null, body: { ok: true, data } };
    }
    return { status: 201, location: `${path}/${fileId((this.#made += 1))}`, body: null };
  }
  chooseTarget = async (id: string) => {
    if (this.target instanceof Error) throw this.target;
    return this.target ?? { kind: 'kept' as const, name: id };
  };
  reserve = async (id: string): Promise<SaveTarget> => {
    if (this.target instanceof Error) throw this.target;
    return { kind: 'kept', name: id };
  };
  keep = async (_target: SaveTarget, name: string) => `${this.keptAs}${name}`;
  keptAs = '';
  handOver = async (_target: SaveTarget, name: string) => void this.handed.push(name);
  discard = (target: SaveTarget) => void this.discarded.push(target);
  recall = () => this.kept;
  remember = (_roomId: string, text: string | null) => void (this.kept = text);
  hurry = () => undefined;
  close = () => void (this.closed = true);
}

export function createScene(port = new FakePort()) {
  const said: GroupPayload[] = [];
  let number = 0;
  let nowMs = 1_000;
  const share = new FileShare({
    say: async (payload) => {
      const parsed = parsePayload(payload);
      if (parsed !== null) said.push(parsed);
    },
    self: () => ({ peerId: 'me', displayName: 'Me' }),
    nowMs: () => nowMs,
    createId: () => `id-number-${(number += 1)}`,
    onChange: () => undefined,
    relay: { port, roomId: () => ROOM, token: () => 'token' },
  });
  share.setReady(true);
  const hear = (payload: GroupPayload, from = 'ana') =>
    share.handle(parsePayload(encodePayload(payload)) ?? payload, { from, displayName: 'Ana', epoch: 1 });
  const offered = (id = 1, from = 'ana') => {
    hear({ t: 'file', f: fileId(id) as never, n: 'plan.pdf', s: 5_000_000, k: KEY, at: 7 }, from);
    return `${from}/${fileId(id)}`;
  };
  const states = () => share.view.entries.map(({ state }) => state.state);
  return { share, port, said, hear, offered, states, pass: (ms: number) => (nowMs += ms) };
}
