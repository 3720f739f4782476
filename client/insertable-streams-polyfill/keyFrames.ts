// Key frames of a legacy sender: its worker wishes for one through a port, the page has the encoder make it.
import type { KeyFrameAnswer, KeyFrameWish } from './transformMessage.ts';

/** RTCRtpSender, as far as it is used. Chromium's second argument is WebRTC Extensions, section 5 (`encodingOptions`). */
export interface LegacySender {
  readonly track?: { readonly kind: string } | null;
  getParameters(): { encodings?: { rid?: string }[] };
  setParameters(parameters: unknown, options?: unknown): Promise<void>;
}

export function isSender(rtp: object): rtp is LegacySender {
  return 'setParameters' in rtp;
}

/** The worker's end of a port behind which `sender` is told. Nothing has to close it: it goes with the sender. */
export function openKeyFramePort(sender: LegacySender): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', ({ data }: MessageEvent<KeyFrameWish>) => {
    generateKeyFrame(sender, data.rid).then(
      () => port1.postMessage({ id: data.id } satisfies KeyFrameAnswer),
      (error: unknown) => {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        port1.postMessage({ id: data.id, error: { name, message } } satisfies KeyFrameAnswer);
      },
    );
  });
  port1.start();
  return port2;
}

/** Rejects with `InvalidStateError` for sound, `NotFoundError` for an unknown rid, `NotSupportedError` where Chromium is too old. */
async function generateKeyFrame(sender: LegacySender, rid: string | undefined): Promise<void> {
  if (sender.track?.kind === 'audio') throw new DOMException('sound has no key frames', 'InvalidStateError');
  const parameters = sender.getParameters();
  const encodings = parameters.encodings ?? [];
  const keyFrames = encodings.map((encoding) => rid === undefined || encoding.rid === rid);
  if (!keyFrames.includes(true)) throw new DOMException('there is no such encoding', 'NotFoundError');
  // A browser that does not know the second argument does not look into it, and would say that all is well.
  let looked = false;
  await sender.setParameters(parameters, {
    get encodingOptions() {
      looked = true;
      return keyFrames.map((keyFrame) => ({ keyFrame }));
    },
  });
  if (!looked) throw new DOMException('this browser makes no key frame on demand', 'NotSupportedError');
}
