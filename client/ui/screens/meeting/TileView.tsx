// One tile: the picture or the face that stands for it, the name on a solid chip, and in words what it waits for.
import {
  CloudOff,
  KeyRound,
  LoaderCircle,
  LockKeyhole,
  MicOff,
  ScreenShare,
  Theater,
  VideoOff,
  WifiOff,
  type LucideIcon,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Picture } from '../../components/Picture.tsx';
import { t } from '../../i18n/index.ts';
import type { ViewReporter } from '../../media/ViewReporter.ts';
import { testIds } from '../../testIds.ts';
import type { Place } from '../../viewModels/layout.ts';
import type { TileQuality } from '../../viewModels/quality.ts';
import { initialsOf, tintOf, type Tile, type TileState } from '../../viewModels/tiles.ts';
import { Bars } from './quality/Quality.tsx';
import { usePictures } from './usePictures.ts';
import { nameOf, tileName, tileWords } from './words.ts';

interface TileViewProps {
  tile: Tile;
  place: Place;
  quality: TileQuality;
  reporter: ViewReporter;
  /** As large as it is, to be scrolled; fitted otherwise. */
  actualSize?: boolean;
  /** What lies over the picture. */
  children?: ComponentChildren;
}

/** How many tints tokens.css has for faces. */
const TINTS = 6;
/** How long a tap on a tile shows its tools. */
const TAPPED_MS = 4000;

/** Whether the tile's tools are shown by a tap; a finger has no way to hover. */
const useTap = (): { tapped: boolean; onPointerUp: (event: PointerEvent) => void } => {
  const [tapped, setTapped] = useState(false);
  useEffect(() => {
    if (!tapped) return;
    const timer = setTimeout(() => setTapped(false), TAPPED_MS);
    return () => clearTimeout(timer);
  }, [tapped]);
  const onPointerUp = (event: PointerEvent): void => {
    // A press on a tool must find it still there when it becomes a click.
    const onTool = event.target instanceof Element && event.target.closest('.tile-tools') !== null;
    if (event.pointerType !== 'mouse' && !onTool) setTapped((before) => !before);
  };
  return { tapped, onPointerUp };
};

export const TileView = ({ tile, place, quality, reporter, actualSize = false, children }: TileViewProps) => {
  const element = useRef<HTMLDivElement>(null);
  const { peerId, stream, self } = tile;
  useEffect(() => {
    if (element.current === null || self) return;
    return reporter.watch(element.current, { peerId, stream });
  }, [reporter, peerId, stream, self]);
  const label = place.role === 'corner' ? t('tile.yourself') : tileName(tile);
  const { tapped, onPointerUp } = useTap();
  const { tracks, painted, onPainted, onRunning } = usePictures(tile.track);
  const state = tile.track !== null && !painted ? 'waitingFirstFrame' : tile.state;
  const words = tileWords({ ...tile, state });
  return (
    <div
      ref={element}
      class="tile"
      role="listitem"
      style={{
        transform: `translate(${place.x}px, ${place.y}px)`,
        width: `${place.width}px`,
        height: `${place.height}px`,
      }}
      data-role={place.role}
      data-peer-id={peerId}
      data-stream={stream}
      data-state={tile.state}
      data-self={self}
      data-hall={tile.hall}
      data-speaking={tile.speaking && !tile.micOff}
      data-tapped={tapped}
      onPointerUp={onPointerUp}
      data-testid={testIds.tile}
    >
      <div class="pictures" data-actual={actualSize} {...(actualSize && panning(label))}>
        {tracks.map((track, index) => (
          <Picture
            key={track.id}
            track={track}
            mirrored={self && stream === 'camera'}
            arriving={index > 0}
            label={label}
            onPainted={() => onPainted(track)}
            onRunning={() => onRunning(track)}
          />
        ))}
      </div>
      {!painted && <Face tile={tile} />}
      {words !== null && <Words state={state} words={words} />}
      <Chip tile={tile} label={label} quality={quality} />
      {children}
    </div>
  );
};

/** Arrow keys scroll what has the focus. */
const panning = (name: string) => ({ role: 'group' as const, tabIndex: 0, 'aria-label': t('stage.panHint', { name }) });

const Face = ({ tile }: { tile: Tile }) => (
  <div class="face" aria-hidden="true" data-tint={tintOf(tile.peerId, TINTS)}>
    {tile.stream === 'screen' ? (
      <ScreenShare size={32} />
    ) : tile.hall ? (
      <Theater size={32} />
    ) : (
      <span>{initialsOf(nameOf(tile.name))}</span>
    )}
  </div>
);

const wordIcons: Partial<Record<TileState, LucideIcon>> = {
  waitingKey: KeyRound,
  'failing.locked': LockKeyhole,
  'failing.foreign': LockKeyhole,
  'failing.damaged': LockKeyhole,
  'failing.setup': LockKeyhole,
  notSent: CloudOff,
  sealing: KeyRound,
  waitingNetwork: WifiOff,
  away: WifiOff,
  cannotShow: VideoOff,
};

const Words = ({ state, words }: { state: TileState; words: string }) => {
  const Icon = wordIcons[state] ?? LoaderCircle;
  return (
    <p class="tile-words">
      <Icon size={16} aria-hidden="true" />
      <span>{words}</span>
    </p>
  );
};

const Chip = ({ tile, label, quality }: { tile: Tile; label: string; quality: TileQuality }) => {
  const level = Math.round(tile.level * 100);
  return (
    <div class="chip">
      {tile.stream === 'camera' && tile.micOff && !tile.hall && (
        <span class="chip-muted">
          <MicOff size={14} aria-hidden="true" />
          <span class="visually-hidden">{t('tile.muted')}</span>
        </span>
      )}
      {tile.stream === 'camera' && !tile.hall && (
        <span
          class="level"
          hidden={tile.micOff}
          aria-hidden="true"
          data-testid={testIds.level}
          data-level={level}
          data-peer-id={tile.peerId}
        >
          {[4, 20, 45].map((step) => (
            <i key={step} data-lit={level > step} />
          ))}
        </span>
      )}
      <span class="chip-name">{label}</span>
      <Bars quality={quality} name={tile.name} />
      {tile.speaking && !tile.micOff && <span class="visually-hidden">{t('tile.speaking')}</span>}
    </div>
  );
};
