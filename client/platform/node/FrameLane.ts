// One track's encoded frames where there is no WebRTC: stands for an RTCRtpSender or RTCRtpReceiver that moves no packet.

/** What a transform reads and writes; `data` is replaced by what was sealed or opened. */
export interface LaneFrame {
  data: ArrayBuffer;
  getMetadata(): { mimeType: string };
}

export class FrameLane {
  readonly readable: ReadableStream<LaneFrame>;
  readonly writable: WritableStream<LaneFrame>;
  /** Called with each frame that the transform let through. */
  onOut: (frame: LaneFrame) => void = () => undefined;
  #source: ReadableStreamDefaultController<LaneFrame> | undefined;

  constructor() {
    this.readable = new ReadableStream<LaneFrame>({
      start: (controller) => {
        this.#source = controller;
      },
      cancel: () => {
        this.#source = undefined;
      },
    });
    this.writable = new WritableStream<LaneFrame>({ write: (frame) => this.onOut(frame) });
  }

  /** Nothing happens once the transform has ended. */
  push(frame: LaneFrame): void {
    this.#source?.enqueue(frame);
  }
}
