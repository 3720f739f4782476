// What only one's own device knows: the test lays its ear on a person's e2eeWorker and notes plaintexts and base keys.
// It changes the worker's script on its way to the browser; the product has no such door.
import type { BrowserContext, Page } from 'playwright-core';
import { decodeHeader } from '../../../e2ee/sframe/header.ts';

const CHANNEL = 'conclave-test-inside';

/** Runs in the worker before its own code. Frames are the AES-GCM calls with additional data; base keys go into HKDF. */
const PREAMBLE = `{
  const ear = new BroadcastChannel('${CHANNEL}');
  const copy = (data) => new Uint8Array(data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data.slice(0));
  const { encrypt, importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.encrypt = function (algorithm, key, data) {
    if (algorithm.additionalData) ear.postMessage({ aad: copy(algorithm.additionalData), plain: copy(data) });
    return encrypt.call(this, algorithm, key, data);
  };
  SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
    if (format === 'raw') ear.postMessage({ secret: copy(data) });
    return importKey.call(this, format, data, algorithm, ...rest);
  };
}
`;

/** The last ones: a second of 3 layers and a voice is about 100 frames, and a busy machine may let half a minute go by before they are looked at. */
const MAX_NOTES = 3_000;

interface Notes {
  sealed: { aad: string; plain: string }[];
  secrets: string[];
}

interface NoteOptions {
  /** Script that runs in the worker before its own code, too. */
  more?: string;
  /** The server's origin from here, where it is another than from browsers. */
  reachable?: string;
}

/** To be called before the page opens: from then on the device's own frames and keys are noted in its page. */
export async function noteInside(context: BrowserContext, { more = '', reachable }: NoteOptions = {}): Promise<void> {
  await context.route(/e2eeWorker[^/]*\.js/, async (route) => {
    const { pathname, origin } = new URL(route.request().url());
    const response = await route.fetch({ url: `${reachable ?? origin}${pathname}` });
    await route.fulfill({ response, body: PREAMBLE + more + (await response.text()) });
  });
  await context.addInitScript(
    ({ channel, limit }) => {
      const notes: Notes = { sealed: [], secrets: [] };
      const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
      const ear = new BroadcastChannel(channel);
      ear.addEventListener(
        'message',
        ({ data }: MessageEvent<{ aad?: Uint8Array; plain?: Uint8Array; secret?: Uint8Array }>) => {
          if (data.secret) notes.secrets.push(toText(data.secret));
          if (data.aad && data.plain && data.plain.length < 60_000) {
            notes.sealed.push({ aad: toText(data.aad), plain: toText(data.plain) });
            if (notes.sealed.length > limit) notes.sealed.shift();
          }
        },
      );
      Object.assign(globalThis, { insideNotes: notes });
    },
    { channel: CHANNEL, limit: MAX_NOTES },
  );
}

async function readNotes(page: Page): Promise<Notes> {
  return page.evaluate(() => (globalThis as unknown as { insideNotes: Notes }).insideNotes);
}

export interface KnownFrame {
  /** The frame as the encoder made it. */
  whole: Uint8Array;
  /** What of it was to be hidden. */
  hidden: Uint8Array;
}

/** AAD is header || clear prefix || prefix length: frames are told from MLS messages by fitting that to the byte. */
function frameOf(aad: Buffer, plain: Buffer): KnownFrame | undefined {
  const header = decodeHeader(new Uint8Array(aad));
  const prefixLength = aad.at(-1) ?? 0;
  if (header === null || header.length + prefixLength + 1 !== aad.length) return undefined;
  const prefix = aad.subarray(header.length, aad.length - 1);
  return { whole: new Uint8Array(Buffer.concat([prefix, plain])), hidden: new Uint8Array(plain) };
}

/** The frames that this device sealed last, as they were before. */
export async function knownFrames(page: Page): Promise<KnownFrame[]> {
  const { sealed } = await readNotes(page);
  return sealed.flatMap(({ aad, plain }) => frameOf(Buffer.from(aad, 'base64'), Buffer.from(plain, 'base64')) ?? []);
}

/** Every secret of 16 bytes that this device ever took into WebCrypto, base keys among them. */
export async function heldSecrets(page: Page): Promise<Uint8Array[]> {
  const { secrets } = await readNotes(page);
  return [...new Set(secrets)]
    .map((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .filter(({ length }) => length === 16);
}
