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

  /** Of the frames up to the moment of the call, oldest first, `MAX_COUNT` at the most. */
  get leaves(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.all(this.#leaves.map(({ leaf }) => leaf)).then((leaves) => concatBytes(...leaves));
  }
}
