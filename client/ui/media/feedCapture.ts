// A feed page that hands its own picture and sound on, chunk by chunk, to the program that opened it (infra/egress).
import { effect } from '@preact/signals';
import type { EndReason } from '#core';
import type { SceneContent } from '../scene/sceneTypes.ts';
import { programPlaces } from '../viewModels/programScene.ts';
import type { RecordedTile } from '../viewModels/recordedScene.ts';
import { tintOf } from '../viewModels/tiles.ts';
import { t } from '../i18n/index.ts';
import { timeText } from '../i18n/time.ts';
import type { FeedModel } from '../screens/feed/FeedModel.ts';
import { Composer } from './recording/Composer.ts';
import { Mixer } from './recording/Mixer.ts';
import { createRecorderWriter } from './recording/writers.ts';

const FRAMES_PER_SECOND = 25;
const BITS_PER_SECOND = { 720: 3_000_000, 1080: 6_000_000 };
const TYPE = 'video/webm;codecs=vp8,opus';
/** How many tints faces have. */
const TINTS = 6;
/** What the program that opened the page calls when it has enough. */
const STOP = 'conclave-egress-stop';

/** `chunk`: of one WebM, in base64; `end`: nothing follows; `over`: the feed is, for good; `fault`: why nothing can. */
type Handed = { chunk: string } | { end: true } | { over: EndReason } | { fault: string };

const hand = async (what: Handed): Promise<void> => {
  const egress: unknown = Reflect.get(globalThis, 'conclaveEgress');
  if (typeof egress === 'function') await (egress as (handed: Handed) => Promise<void>)(what);
};

const toBase64 = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 32_768) parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
  return btoa(parts.join(''));
};

/** From now until it is told to stop; says why where it cannot. */
export const captureFeed = async (model: FeedModel): Promise<void> => {
  const { size } = model.look;
  const mixer = new Mixer();
  const composer = new Composer((size * 16) / 9, size);
  const timer = setInterval(() => compose(model, composer, mixer), 1_000 / FRAMES_PER_SECOND);
  const stopWatching = effect(() => {
    if (model.ended.value !== null) void hand({ over: model.ended.value });
  });
  const finish = (): void => {
    stopWatching();
    clearInterval(timer);
    mixer.close();
    composer.close();
  };
  try {
    await mixer.start();
    if (mixer.track === null) throw new Error('no sound');
    const writer = createRecorderWriter(
      {
        canvas: composer.canvas,
        sound: mixer.track,
        disk: { write: (data) => hand({ chunk: toBase64(data) }) },
        framesPerSecond: FRAMES_PER_SECOND,
        videoBitsPerSecond: BITS_PER_SECOND[size],
        onFault: (error) => void hand({ fault: String(error) }),
      },
      TYPE,
    );
    addEventListener(
      STOP,
      () =>
        void writer
          .finish()
          .then(finish)
          .then(() => hand({ end: true })),
      { once: true },
    );
  } catch (error) {
    finish();
    await hand({ fault: String(error) });
  }
};

const compose = (model: FeedModel, composer: Composer, mixer: Mixer): void => {
  const content = model.ended.value === null ? model.scene.value : null;
  mixer.mix(content === null ? [] : model.voices.value);
  const { width, height } = composer.canvas;
  const tiles = content === null || content.lost ? [] : tilesOf(content, { width, height });
  if (tiles.length === 0) composer.drawCard(cardOf(content));
  else composer.draw(tiles, { clock: null, nameOf: ({ name }) => name });
};

const tilesOf = (content: SceneContent, box: { width: number; height: number }): RecordedTile[] => {
  const { program, personOf, sourceOf } = content;
  if (program.phase !== 'live') return [];
  const isListed = (peerId: string): boolean => personOf(peerId) !== null;
  return programPlaces({ ...program, onAir: program.onAir.filter(isListed) }, box).map((place) => {
    const { name, title } = personOf(place.peerId) ?? { name: '', title: '' };
    const words = title === '' ? name : `${name} · ${title}`;
    return {
      key: place.key,
      stream: place.stream,
      self: false,
      name: program.labels && place.stream === 'camera' ? words : '',
      track: sourceOf(place.peerId, place.stream).track,
      micOff: false,
      place,
      speaking: false,
      tint: tintOf(place.peerId, TINTS),
    };
  });
};

const cardOf = (content: SceneContent | null): string[] => {
  if (content === null) return [];
  const { phase, event, startsAtMs } = content.program;
  if (phase === 'live') return content.lost ? [t('scene.lost')] : [event.name];
  if (phase !== 'before') return [event.name, t(`scene.${phase}`)];
  return [event.name, startsAtMs === null ? t('scene.soon') : t('scene.startsAt', { time: timeText(startsAtMs) })];
};
