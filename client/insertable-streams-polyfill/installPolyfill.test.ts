import { describe, expect, it, vi } from 'vitest';
import { installPolyfill, installWorkerSide, needsEncodedInsertableStreams, type WorkerScope } from './index.ts';

interface Rtp {
  transform?: unknown;
  createEncodedStreams(): { readable: ReadableStream; writable: WritableStream };
}

/** Legacy Chromium's page, with frames that are strings. */
function legacyPage() {
  const written: string[] = [];
  class RTCRtpSender implements Rtp {
    declare transform?: unknown;
    created = 0;

    createEncodedStreams() {
      if (++this.created > 1) throw new DOMException('too late', 'InvalidStateError');
      const readable = new ReadableStream<string>({
        start: (controller) => {
          controller.enqueue('frame');
          controller.close();
        },
      });
      return { readable, writable: new WritableStream<string>({ write: (frame) => void written.push(frame) }) };
    }
  }
  class RTCRtpReceiver extends RTCRtpSender {}
  type Constructor = new (worker: unknown, options?: unknown, transfer?: Transferable[]) => object;
  const page: {
    RTCRtpSender: typeof RTCRtpSender;
    RTCRtpReceiver: typeof RTCRtpReceiver;
    RTCRtpScriptTransform?: Constructor;
  } = { RTCRtpSender, RTCRtpReceiver };
  return { page, written };
}

function installed() {
  const { page, written } = legacyPage();
  expect(installPolyfill(page)).toBe('installed');
  const { RTCRtpScriptTransform: Transform } = page;
  if (Transform === undefined) throw new Error('nothing was installed');
  return { Transform, sender: new page.RTCRtpSender(), receiver: new page.RTCRtpReceiver(), written };
}

/** A worker that is a message port, and the worker's global scope at its other end. */
function fakeWorker() {
  const { port1, port2 } = new MessageChannel();
  const scope: WorkerScope = new EventTarget();
  port2.onmessage = ({ data }: { data: unknown }) => scope.dispatchEvent(new MessageEvent('message', { data }));
  const close = () => {
    port1.close();
    port2.close();
  };
  return { worker: port1, scope, close };
}

const silent = { postMessage: () => {} };

describe('installing', () => {
  it('leaves a browser alone that has RTCRtpScriptTransform', () => {
    class RTCRtpScriptTransform {}
    const { page } = legacyPage();
    const scope = { ...page, RTCRtpScriptTransform };
    expect(installPolyfill(scope)).toBe('native');
    expect(scope.RTCRtpScriptTransform).toBe(RTCRtpScriptTransform);
    expect('transform' in page.RTCRtpSender.prototype).toBe(false);
    expect(needsEncodedInsertableStreams(scope)).toBe(false);
  });

  it('says unsupported where there is neither way, and installs nothing', () => {
    const scope = { RTCRtpSender: class {}, RTCRtpReceiver: class {} };
    expect(installPolyfill(scope)).toBe('unsupported');
    expect(needsEncodedInsertableStreams(scope)).toBe(false);
    expect('RTCRtpScriptTransform' in scope).toBe(false);
    expect(installPolyfill({})).toBe('unsupported');
  });

  it('stands after being installed twice, and needs the legacy option before and after', () => {
    const { page } = legacyPage();
    expect(needsEncodedInsertableStreams(page)).toBe(true);
    expect([installPolyfill(page), installPolyfill(page)]).toEqual(['installed', 'installed']);
    expect(needsEncodedInsertableStreams(page)).toBe(true);
    expect(page.RTCRtpScriptTransform?.name).toBe('RTCRtpScriptTransform');
  });

  it('replaces a `transform` property that outlived its constructor', () => {
    const { page } = legacyPage();
    Object.defineProperty(page.RTCRtpSender.prototype, 'transform', { configurable: true, set: () => {} });
    installPolyfill(page);
    const Transform = page.RTCRtpScriptTransform;
    if (Transform === undefined) throw new Error('nothing was installed');
    const sender = new page.RTCRtpSender();
    sender.transform = new Transform(silent);
    expect(sender.created).toBe(1);
  });
});

describe('setting a transform', () => {
  it('takes the streams once, sends them to the worker with a copy of the options, and runs frames through it', async () => {
    const { Transform, sender, written } = installed();
    const { worker, scope, close } = fakeWorker();
    const options = { side: 'send', nested: { codec: 'vp8' } };
    const transform = new Transform(worker, options);
    options.nested.codec = 'changed later';
    installWorkerSide(scope);
    const arrived = new Promise<Event>((resolve) => scope.addEventListener('rtctransform', resolve));
    expect(sender.transform).toBeNull();
    sender.transform = transform;
    expect(sender.transform).toBe(transform);
    const { transformer } = (await arrived) as Event & {
      transformer: { readable: ReadableStream; writable: WritableStream; options: unknown };
    };
    expect(transformer.options).toEqual({ side: 'send', nested: { codec: 'vp8' } });
    const seal = new TransformStream<string, string>({ transform: (frame, out) => out.enqueue(`sealed ${frame}`) });
    await transformer.readable.pipeThrough(seal).pipeTo(transformer.writable);
    // The other end of a transferred stream hears of a write a moment later.
    await vi.waitFor(() => expect(written).toEqual(['sealed frame']));
    close();
  });

  it('refuses to be taken back or replaced, and bears being set to what it is', () => {
    const { Transform, sender } = installed();
    const transform = new Transform(silent);
    sender.transform = null;
    sender.transform = transform;
    sender.transform = transform;
    expect(sender.created).toBe(1);
    for (const other of [null, new Transform(silent)]) {
      expect(() => (sender.transform = other)).toThrow(expect.objectContaining({ name: 'NotSupportedError' }));
    }
    expect(sender.transform).toBe(transform);
  });

  it('refuses a transform that serves another sender or receiver', () => {
    const { Transform, sender, receiver } = installed();
    const transform = new Transform(silent);
    sender.transform = transform;
    expect(() => (receiver.transform = transform)).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
    expect([receiver.transform, receiver.created]).toEqual([null, 0]);
  });

  it('refuses what is no transform, and a transform without a worker', () => {
    const { Transform, sender } = installed();
    for (const wrong of [undefined, {}, 'transform']) expect(() => (sender.transform = wrong)).toThrow(TypeError);
    for (const wrong of [undefined, null, {}]) expect(() => new Transform(wrong)).toThrow(TypeError);
    expect(sender.created).toBe(0);
  });

  it('stays unset where the browser refuses the streams', () => {
    const { Transform, sender } = installed();
    sender.created = 1;
    expect(() => (sender.transform = new Transform(silent))).toThrow(
      expect.objectContaining({ name: 'InvalidStateError' }),
    );
    expect(sender.transform).toBeNull();
  });

  it('moves what the transfer list names', async () => {
    const { Transform, sender } = installed();
    const { worker, scope, close } = fakeWorker();
    const buffer = new ArrayBuffer(4);
    const arrived = new Promise<Event>((resolve) => scope.addEventListener('message', resolve));
    const transform = new Transform(worker, { buffer }, [buffer]);
    // As the standard does: gone from the page before the transform is set.
    expect(buffer.byteLength).toBe(0);
    sender.transform = transform;
    const { data } = (await arrived) as MessageEvent<{ options: { buffer: ArrayBuffer } }>;
    expect([buffer.byteLength, data.options.buffer.byteLength]).toEqual([0, 4]);
    close();
  });
});

describe('key frames of a sender', () => {
  type KeyFrames = { generateKeyFrame(rid?: string): Promise<void>; sendKeyFrameRequest(): Promise<void> };
  interface Told {
    encodings: { rid?: string }[];
    keyFrames: unknown;
  }

  /** A sender of legacy Chromium whose transform was set, and what its worker holds. */
  async function senderAndTransformer({ kind = 'video', looks = true } = {}) {
    const { Transform, sender, receiver } = installed();
    const told: Told[] = [];
    Object.assign(sender, {
      track: { kind },
      getParameters: () => ({ encodings: [{ rid: 'r0' }, { rid: 'r1' }] }),
      setParameters: async (parameters: Pick<Told, 'encodings'>, options: { encodingOptions?: unknown }) => {
        told.push({ encodings: parameters.encodings, keyFrames: looks ? options.encodingOptions : null });
      },
    });
    const { worker, scope, close } = fakeWorker();
    installWorkerSide(scope);
    const arrivals: KeyFrames[] = [];
    scope.addEventListener('rtctransform', (event) => {
      arrivals.push((event as Event & { transformer: KeyFrames }).transformer);
    });
    for (const rtp of [sender, receiver]) rtp.transform = new Transform(worker);
    await vi.waitFor(() => expect(arrivals).toHaveLength(2));
    const [sending, receiving] = arrivals as [KeyFrames, KeyFrames];
    return { sending, receiving, told, close };
  }
  const refusal = (name: string) => expect.objectContaining({ name });

  it('are made by the encoder when the worker wishes for one, of all encodings or of the one that is named', async () => {
    const { sending, told, close } = await senderAndTransformer();
    await sending.generateKeyFrame();
    await sending.generateKeyFrame('r1');
    expect(told.map(({ keyFrames }) => keyFrames)).toEqual([
      [{ keyFrame: true }, { keyFrame: true }],
      [{ keyFrame: false }, { keyFrame: true }],
    ]);
    expect(told[0]?.encodings).toEqual([{ rid: 'r0' }, { rid: 'r1' }]);
    close();
  });

  it('are refused where there is no such encoding, no picture, or no browser that looks at the wish', async () => {
    const one = await senderAndTransformer();
    await expect(one.sending.generateKeyFrame('r9')).rejects.toEqual(refusal('NotFoundError'));
    const sound = await senderAndTransformer({ kind: 'audio' });
    await expect(sound.sending.generateKeyFrame()).rejects.toEqual(refusal('InvalidStateError'));
    const old = await senderAndTransformer({ looks: false });
    await expect(old.sending.generateKeyFrame()).rejects.toEqual(refusal('NotSupportedError'));
    for (const { close } of [one, sound, old]) close();
  });

  it('are neither made by a receiver nor asked for by a sender, and a receiver cannot ask here', async () => {
    const { sending, receiving, close } = await senderAndTransformer();
    await expect(receiving.generateKeyFrame()).rejects.toEqual(refusal('InvalidStateError'));
    await expect(sending.sendKeyFrameRequest()).rejects.toEqual(refusal('InvalidStateError'));
    await expect(receiving.sendKeyFrameRequest()).rejects.toEqual(refusal('NotSupportedError'));
    close();
  });
});

describe('the worker side', () => {
  const message = { 'insertable-streams-polyfill': 1, readable: new ReadableStream(), writable: new WritableStream() };

  it("keeps its messages from later listeners and lets the worker's own pass", () => {
    const scope: WorkerScope = new EventTarget();
    const stop = installWorkerSide(scope);
    const seen: unknown[] = [];
    scope.addEventListener('message', (event) => seen.push((event as MessageEvent).data));
    const others = [{ type: 'close' }, null, { 'insertable-streams-polyfill': 2 }];
    for (const data of [message, ...others]) scope.dispatchEvent(new MessageEvent('message', { data }));
    expect(seen).toEqual(others);
    stop();
    scope.dispatchEvent(new MessageEvent('message', { data: message }));
    expect(seen.length).toBe(4);
  });

  it('calls onrtctransform where the browser would not', () => {
    const scope: WorkerScope = new EventTarget();
    installWorkerSide(scope);
    const events: Event[] = [];
    scope.onrtctransform = (event) => events.push(event);
    scope.dispatchEvent(new MessageEvent('message', { data: message }));
    expect(events.map(({ type }) => type)).toEqual(['rtctransform']);
  });
});
