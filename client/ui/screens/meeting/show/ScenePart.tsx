// The scene: its layout, who stands in it, how that looks, and the press that puts it on air.
import { MonitorUp, Radio, Undo2 } from 'lucide-preact';
import { useId } from 'preact/hooks';
import type { SceneDraft, ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { CheckGroup } from '../../../components/CheckGroup.tsx';
import { SelectField } from '../../../components/Field.tsx';
import { Picture } from '../../../components/Picture.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { scenePlaces, type ScenePlace } from '../../../viewModels/showScene.ts';
import { initialsOf, tintOf } from '../../../viewModels/tiles.ts';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

const LAYOUTS = ['solo', 'side', 'grid', 'screen'] as const;

export const ScenePart = ({ model, show }: { model: MeetingModel; show: ShowView }) => {
  const { shows } = model;
  const id = useId();
  const scene = shows.scene.value;
  const isDraft = shows.isDraft.value;
  const { people } = show;
  const chosen = people.flatMap(({ peerId }, index) => (scene.onAir.includes(peerId) ? [index] : []));
  return (
    <section class="show-part" aria-labelledby={id}>
      <h3 id={id}>{t('show.scene')}</h3>
      <Preview model={model} show={show} scene={scene} />
      <div class="segments" data-testid={testIds.showLayouts}>
        <RadioGroup
          labelledBy={id}
          value={scene.layout}
          options={LAYOUTS.map((value) => ({ value, label: t(`show.layout.${value}`) }))}
          onChange={shows.draftLayout}
          testId={testIds.showLayout}
        />
      </div>
      <h4 id={`${id}-who`}>{t('show.inScene')}</h4>
      <CheckGroup
        labelledBy={`${id}-who`}
        options={people.map(({ name }) => nameOf(name))}
        checked={chosen}
        onChange={(checked) => shows.draftPeople(checked.flatMap((index) => people[index]?.peerId ?? []))}
        testId={testIds.showInScene}
      />
      {scene.layout === 'screen' && <ScreenChoice model={model} show={show} scene={scene} />}
      <div class="show-actions">
        <Button kind="primary" icon={Radio} disabled={!isDraft} onClick={shows.take} testId={testIds.takeScene}>
          {t('show.take')}
        </Button>
        {isDraft && (
          <Button kind="quiet" icon={Undo2} onClick={shows.resetDraft}>
            {t('show.reset')}
          </Button>
        )}
      </div>
    </section>
  );
};

const ScreenChoice = ({
  model: { shows },
  show,
  scene,
}: {
  model: MeetingModel;
  show: ShowView;
  scene: SceneDraft;
}) => {
  const screens = shows.screensOf(scene.onAir);
  if (screens.length === 0) return <p class="hint">{t('show.noScreen')}</p>;
  return (
    <SelectField
      label={t('show.screenOf')}
      icon={MonitorUp}
      value={scene.screen ?? ''}
      options={screens.map((peerId) => ({ value: peerId, label: nameIn(show, peerId) }))}
      onChange={shows.draftScreen}
      testId={testIds.showScreen}
    />
  );
};

const nameIn = (show: ShowView, peerId: string): string =>
  nameOf(show.people.find((one) => one.peerId === peerId)?.name ?? '');

const Preview = ({ model, show, scene }: { model: MeetingModel; show: ShowView; scene: SceneDraft }) => {
  const places = scenePlaces(scene);
  const names = places.map(({ peerId }) => nameIn(show, peerId)).join(', ');
  const label =
    names === '' ? t('show.previewEmpty') : t('show.previewOf', { layout: t(`show.layout.${scene.layout}`), names });
  return (
    <div class="scene-preview" role="img" aria-label={label} data-testid={testIds.scenePreview}>
      {places.length === 0 && <p>{t('show.previewEmpty')}</p>}
      {places.map((place) => (
        <div
          key={`${place.peerId}/${place.stream}`}
          class="scene-place"
          style={{
            left: `${place.x}%`,
            top: `${place.y}%`,
            width: `${place.width}%`,
            height: `${place.height}%`,
          }}
        >
          <Face model={model} place={place} name={nameIn(show, place.peerId)} />
          {show.labels && <span class="scene-name">{nameIn(show, place.peerId)}</span>}
        </div>
      ))}
    </div>
  );
};

const Face = ({ model, place, name }: { model: MeetingModel; place: ScenePlace; name: string }) => {
  const track = trackOf(model, place);
  if (track !== null) return <Picture track={track} label={name} />;
  return (
    <span class="scene-face" data-tint={tintOf(place.peerId, 6)}>
      {initialsOf(name)}
    </span>
  );
};

const trackOf = ({ view }: MeetingModel, { peerId, stream }: ScenePlace): MediaStreamTrack | null => {
  const { self, participants } = view.value;
  if (peerId === self.peerId) {
    const media = self[stream];
    return media.state === 'on' ? media.track : null;
  }
  const media = participants.find((one) => one.peerId === peerId)?.[stream];
  return media?.state === 'playing' ? media.track : null;
};
