// A MediaStreamTrack as far as the SDK touches one.

let lastNumber = 0;

export class FakeTrack extends EventTarget {
  readonly id = `track-${++lastNumber}`;
  readonly kind: 'audio' | 'video';
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  /** Copies have ends of their own. */
  readonly clones: FakeTrack[] = [];

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind);
    this.clones.push(copy);
    return copy;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** Unplugged, or stopped in the browser's own bar. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}
