// The leaves of one stream's last frames in one epoch, so that a later frame's block can sign them once more.
import { concatBytes } from '../util/bytes.ts';
import { LEAF_BYTES, MAX_COUNT } from './signedBlock.ts';

export class LeafLog {
  #leaves: { ctr: number; leaf: Promise<Uint8Array> }[] = [];

  /** In the order of the counters. A frame that came to nothing has a leaf of zeros. */
  note(ctr: number, leaf: Promise<Uint8Array>): void {
    const isNext = this.#leaves.at(-1)?.ctr === ctr - 1;
    const settled = leaf.catch(() => new Uint8Array(LEAF_BYTES));
    this.#leaves = [...(isNext ? this.#leaves : []), { ctr, leaf: settled }].slice(-MAX_COUNT);
  }

  /** Of the frames so far, `MAX_COUNT` at the most; as they stand at the moment of the call. */
  get leaves(): { count: number; bytes: Promise<Uint8Array<ArrayBuffer>> } {
    const noted = this.#leaves.map(({ leaf }) => leaf);
    return { count: noted.length, bytes: Promise.all(noted).then((leaves) => concatBytes(...leaves)) };
  }
}
