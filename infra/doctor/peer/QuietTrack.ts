// A MediaStreamTrack as far as the SDK touches one: what is sent for it comes from whoever made it.

let lastNumber = 0;

export class QuietTrack extends EventTarget {
  readonly id = `quiet-${++lastNumber}`;
  readonly kind = 'audio';
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';

  clone(): QuietTrack {
    return new QuietTrack();
  }

  stop(): void {
    this.readyState = 'ended';
  }

  asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}
