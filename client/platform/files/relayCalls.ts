// The calls of the relay that carry bytes, and what their refusals mean to a transfer.
import type { FileFault } from '#core';
import { UPLOAD_KEY_HEADER } from '#protocol/http';

/** Ends a transfer for good; whatever else is thrown is the network's, and is tried again. */
export class TransferError extends Error {
  readonly outcome: FileFault | 'gone';
  constructor(outcome: FileFault | 'gone') {
    super(outcome);
    this.outcome = outcome;
  }
}

export interface RelayOptions {
  /** Of the file. */
  address: string;
  token(): Promise<string>;
  signal(): AbortSignal;
  fetch(address: string, init: RequestInit): Promise<Response>;
}

/** Far less than a token has left when the page holds it; asking costs a turn of the page. */
const TOKEN_MS = 10_000;
const TUS = { 'Tus-Resumable': '1.0.0' };

export class RelayCalls {
  readonly #options: RelayOptions;
  #token: { text: string; untilMs: number } | null = null;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** How far the upload is. */
  async offset(uploadKey: string): Promise<number> {
    return offsetOf(await this.#call('HEAD', { ...TUS, [UPLOAD_KEY_HEADER]: uploadKey }));
  }

  /** How far it is then. */
  async append(uploadKey: string, offset: number, body: Blob): Promise<number> {
    const headers = {
      ...TUS,
      [UPLOAD_KEY_HEADER]: uploadKey,
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
    };
    return offsetOf(await this.#call('PATCH', headers, body));
  }

  /** What is there from `from` on, and what comes after it; may end early (P-125). */
  async read(from: number, size: number): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const response = await this.#call('GET', { Range: `bytes=${from}-` });
    const isRight = response.headers.get('Content-Range') === `bytes ${from}-${size - 1}/${size}`;
    if (!isRight || response.body === null) throw new TransferError('damaged');
    return response.body;
  }

  async #call(method: string, headers: Record<string, string>, body?: Blob): Promise<Response> {
    const { address, signal, fetch } = this.#options;
    const response = await fetch(address, {
      method,
      headers: { ...headers, Authorization: `Bearer ${await this.#freshToken()}` },
      ...(body !== undefined && { body }),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: signal(),
    });
    if (!response.ok) {
      this.#token = null;
      throw refusalOf(response.status);
    }
    return response;
  }

  async #freshToken(): Promise<string> {
    if (this.#token === null || performance.now() > this.#token.untilMs) {
      this.#token = { text: await this.#options.token(), untilMs: performance.now() + TOKEN_MS };
    }
    return this.#token.text;
  }
}

/** A token that ended, a group that is being rejoined, another call's lock, too many calls, a proxy's own trouble: it passes. */
const PASSING = new Set([401, 408, 409, 429, 500, 502, 503, 504]);

function refusalOf(status: number): Error {
  if (status === 404 || status === 410) return new TransferError('gone');
  return PASSING.has(status) ? new Error(`status ${status}`) : new TransferError('refused');
}

function offsetOf(response: Response): number {
  const text = response.headers.get('Upload-Offset') ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new Error('no offset');
  return Number(text);
}
