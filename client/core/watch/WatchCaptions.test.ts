// Captions as a viewer's client has them: from the notification to the line, and what was made up in somebody's name.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchCaption } from '#e2ee';
import { arrive, audienceOf, createWatchScene, stageEvents } from '../test/watchScene.ts';
import { OTHER_PEER_ID } from '../test/wireSamples.ts';
import { WatchCaptions } from './WatchCaptions.ts';

const said = (line: number, text: string, final = false, peerId = 'ana'): WatchCaption => ({
  outcome: 'said',
  ...{ peerId, line, text, final },
});

describe('captions at a viewer', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());
  const create = () => {
    let changes = 0;
    const captions = new WatchCaptions(
      () => Date.now(),
      () => (changes += 1),
    );
    return { captions, texts: () => captions.lines.map(({ text }) => text), changes: () => changes };
  };

  it('W-21 a line that is being spoken grows in its place, three are read at a time, and each goes after six seconds', () => {
    const { captions, texts } = create();
    captions.take(said(0, 'good'));
    vi.advanceTimersByTime(700);
    captions.take(said(0, 'good evening', true));
    captions.take(said(0, 'hello', true, 'ben'));
    expect(texts()).toEqual(['good evening', 'hello']);
    captions.take(said(1, 'two', true));
    captions.take(said(2, 'three', true));
    expect(texts()).toEqual(['hello', 'two', 'three']);
    vi.advanceTimersByTime(6_100);
    expect(texts()).toEqual([]);
    captions.close();
  });

  it('W-21 of one speaker words that grow are read a few times a second, whatever their device sends', () => {
    const { captions, texts, changes } = create();
    for (let count = 0; count < 100; count += 1) {
      captions.take(said(0, `word ${count}`));
      vi.advanceTimersByTime(10);
    }
    expect(changes()).toBeLessThanOrEqual(5);
    captions.take(said(0, 'the last word', true));
    expect(texts()).toEqual(['the last word']);
    captions.close();
  });

  it('W-23 what was made up in somebody’s name is told for ten seconds after the last of it, and read by nobody', () => {
    const { captions, texts, changes } = create();
    captions.take({ outcome: 'forged', peerId: 'ana' });
    vi.advanceTimersByTime(9_000);
    captions.take({ outcome: 'forged', peerId: 'ana' });
    expect([captions.forged, texts(), changes()]).toEqual([['ana'], [], 1]);
    vi.advanceTimersByTime(9_900);
    expect(captions.forged).toEqual(['ana']);
    vi.advanceTimersByTime(200);
    expect([captions.forged, changes()]).toEqual([[], 2]);
    captions.close();
  });
});

describe('a watch client', () => {
  it('W-21 hands captions to its worker as they come, and shows what the worker confirmed and nothing else', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    scene.socket.notify('stage:caption', { from: OTHER_PEER_ID, caption: 'AQID' });
    await vi.waitFor(() =>
      expect(stageEvents(scene)).toEqual([
        { name: 'stage:caption', from: OTHER_PEER_ID, caption: Uint8Array.of(1, 2, 3) },
      ]),
    );
    expect(audienceOf(scene).captions).toEqual([]);
    scene.worker.emit({ type: 'caption', caption: said(3, 'hello', true, OTHER_PEER_ID) });
    scene.worker.emit({ type: 'caption', caption: { outcome: 'forged', peerId: OTHER_PEER_ID } });
    await vi.waitFor(() =>
      expect(audienceOf(scene)).toMatchObject({
        captions: [{ id: `${OTHER_PEER_ID}/3`, peerId: OTHER_PEER_ID, text: 'hello', final: true }],
        forgedCaptions: [OTHER_PEER_ID],
      }),
    );
    scene.client.close();
  });

  it('W-21 what is no caption on the wire is passed over', async () => {
    const scene = createWatchScene();
    await arrive(scene);
    for (const caption of ['', 'a b', 'AAAAA', 7])
      scene.socket.notify('stage:caption', { from: OTHER_PEER_ID, caption });
    scene.socket.notify('stage:caption', { from: OTHER_PEER_ID, caption: 'AQID' });
    await vi.waitFor(() => expect(stageEvents(scene)).toHaveLength(1));
    scene.client.close();
  });
});
