// A meeting on the server as it is run: a few members speak and are seen, all others listen; each on members' transports.
import type { RoomLink } from '#core';
import { openHouse, type House } from '../../media/house.ts';
import { Presenter } from '../../media/Presenter.ts';
import type { Sink } from '../../media/Sink.ts';
import { Viewer, type Shown } from '../../media/Viewer.ts';
import { manyAtOnce, receiver, type Side } from '../viewers/sides.ts';

/** One picture large and the others beside it, as the page shows a speaker. */
const LARGE: Shown = { width: 1280, height: 720 };
const BESIDE: Shown = { width: 640, height: 360 };

export class Meeting implements Side {
  readonly house: House;
  readonly #sink: Sink;
  readonly #speakers: Presenter[];
  readonly #link: RoomLink;
  readonly #listeners: Viewer[] = [];
  #came = 0;

  private constructor(sink: Sink, house: House, { speakers, link }: { speakers: Presenter[]; link: RoomLink }) {
    this.#sink = sink;
    this.house = house;
    this.#speakers = speakers;
    this.#link = link;
  }

  /** @param count of those who speak and are seen */
  static async open(sink: Sink, workerBin: string | undefined, count: number): Promise<Meeting> {
    const house = await openHouse(workerBin, 1, { WORKER_FULL_PERCENT: '100' });
    const speakers: Presenter[] = [];
    try {
      let link: RoomLink | null = null;
      while (speakers.length < count) {
        const speaker = new Presenter(sink, count);
        speakers.push(speaker);
        link = await speaker.meet(house.url, link);
      }
      if (link === null) throw new Error('nobody speaks');
      return new Meeting(sink, house, { speakers, link });
    } catch (error) {
      for (const speaker of speakers) speaker.close();
      await house.close();
      throw error;
    }
  }

  /** All who are sent anything, and speakers hear each other. */
  get viewers(): number {
    return this.#listeners.length + this.#speakers.length;
  }

  get workerPids(): readonly number[] {
    return this.house.workerPids;
  }

  async grow(count: number): Promise<void> {
    const capabilities = receiver(this.#sink);
    await manyAtOnce(Math.max(0, count - this.viewers), async () => {
      const listener = await Viewer.join({
        origin: this.house.url,
        link: this.#link,
        sink: this.#sink,
        number: this.#came++,
        capabilities: async (router) => ({ ...(await capabilities(router)) }),
        // Voice and picture of each.
        streams: 2 * this.#speakers.length,
      });
      this.#listeners.push(listener);
      await listener.view(LARGE, BESIDE);
    });
    this.#mustBeWhole();
  }

  async show(): Promise<void> {}

  play(): void {
    this.#mustBeWhole();
    for (const speaker of this.#speakers) speaker.target = speaker.endpoint;
  }

  pause(): void {
    for (const speaker of this.#speakers) speaker.target = null;
  }

  async close(): Promise<void> {
    for (const speaker of this.#speakers) speaker.close();
    for (const listener of this.#listeners) listener.leave(this.#sink);
    await this.house.close();
  }

  #mustBeWhole(): void {
    const lost = this.#listeners.filter(({ isLost }) => isLost).length;
    if (lost > 0) throw new Error(`${lost} of ${this.viewers} members lost their place`);
    if (!this.#speakers.every(({ isSealed }) => isSealed)) throw new Error('not every speaker holds the group’s keys');
  }
}
