// One picture of a scene: what is seen of somebody, the name and the title below, and in words why there is nothing to see.
import { useEffect, useRef } from 'preact/hooks';
import { Picture } from '../components/Picture.tsx';
import { t } from '../i18n/index.ts';
import type { ViewReporter } from '../media/ViewReporter.ts';
import { usePictures } from '../screens/meeting/usePictures.ts';
import { testIds } from '../testIds.ts';
import type { ScenePlace } from '../viewModels/programScene.ts';
import { initialsOf, tintOf } from '../viewModels/tiles.ts';
import type { NoPicture, SceneContent, ScenePerson } from './sceneTypes.ts';

/** How many tints there are for faces (tiles.css). */
const TINTS = 6;
/** A narrower picture has room for a name only. */
const ROOM_FOR_TITLE_PX = 200;

interface SceneTileProps {
  place: ScenePlace;
  content: SceneContent;
  reporter: ViewReporter | null;
}

const wordsOf = (why: NoPicture): string | null => {
  switch (why) {
    case null:
      return null;
    case 'refused':
      return t('scene.refused');
    case 'firstFrame':
    case 'key':
    case 'network':
    case 'failing':
    case 'setup':
      return t(`scene.waiting.${why}`);
  }
};

export const SceneTile = ({ place, content, reporter }: SceneTileProps) => {
  const { peerId, stream } = place;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (element.current === null || reporter === null) return;
    return reporter.watch(element.current, { peerId, stream });
  }, [reporter, peerId, stream]);
  const person = content.personOf(peerId) ?? { name: '', title: '' };
  const source = content.sourceOf(peerId, stream);
  const { tracks, painted, onPainted, onRunning } = usePictures(source.track);
  const why: NoPicture = source.track === null ? source.why : painted ? null : 'firstFrame';
  const words = wordsOf(why);
  const label = stream === 'screen' ? t('scene.screenOf', { name: person.name }) : person.name;
  return (
    <div
      ref={element}
      class="scene-tile"
      role="listitem"
      aria-label={source.track === null && why === null ? t('scene.noCamera', { name: person.name }) : label}
      style={{
        transform: `translate(${place.x}px, ${place.y}px)`,
        width: `${place.width}px`,
        height: `${place.height}px`,
      }}
      data-peer-id={peerId}
      data-stream={stream}
      data-state={why ?? (painted ? 'playing' : 'off')}
      data-testid={testIds.sceneTile}
    >
      {tracks.map((track, index) => (
        <Picture
          key={track.id}
          track={track}
          arriving={index > 0}
          paused={content.paused}
          label={label}
          onPainted={() => onPainted(track)}
          onRunning={() => onRunning(track)}
        />
      ))}
      {!painted && stream === 'camera' && <Face person={person} peerId={peerId} />}
      {words !== null && <p class="scene-words">{words}</p>}
      {content.program.labels && stream === 'camera' && <LowerThird person={person} width={place.width} />}
    </div>
  );
};

const Face = ({ person, peerId }: { person: ScenePerson; peerId: string }) => (
  <div class="face" aria-hidden="true" data-tint={tintOf(peerId, TINTS)}>
    <span>{initialsOf(person.name)}</span>
  </div>
);

const LowerThird = ({ person, width }: { person: ScenePerson; width: number }) => (
  <p class="lower-third" aria-hidden="true">
    <strong>{person.name}</strong>
    {person.title !== '' && width >= ROOM_FOR_TITLE_PX && <span>{person.title}</span>}
  </p>
);
