// The scene: its layout, who stands in it, how that looks, and the press that puts it on air.
import { MonitorUp, Radio, Undo2 } from 'lucide-preact';
import { useId } from 'preact/hooks';
import type { ProgramContent, SceneDraft, ShowView } from '#core';
import { Button } from '../../../components/Button.tsx';
import { CheckGroup } from '../../../components/CheckGroup.tsx';
import { SelectField } from '../../../components/Field.tsx';
import { RadioGroup } from '../../../components/RadioGroup.tsx';
import { t } from '../../../i18n/index.ts';
import { Scene } from '../../../scene/Scene.tsx';
import type { SceneContent, ScenePerson, SceneSource } from '../../../scene/sceneTypes.ts';
import { testIds } from '../../../testIds.ts';
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

/** As viewers would see it: the same scene, from the pictures that come to members. */
const Preview = ({ model, show, scene }: { model: MeetingModel; show: ShowView; scene: SceneDraft }) => {
  const { onAir, layout, screen } = scene;
  // A solo is of one.
  const program: ProgramContent = {
    phase: 'live',
    layout,
    onAir: layout === 'solo' ? onAir.slice(0, 1) : onAir,
    screen,
    labels: show.labels,
    startsAtMs: null,
    event: show.brand,
  };
  const personOf = (peerId: string): ScenePerson | null => {
    const person = show.people.find((one) => one.peerId === peerId);
    return person === undefined ? null : { name: nameOf(person.name), title: person.title };
  };
  const content: SceneContent = {
    program,
    personOf,
    sourceOf: (peerId, stream) => sourceOf(model, peerId, stream),
    nowMs: 0,
    lost: false,
    paused: false,
  };
  return (
    <section class="scene-preview" aria-label={t('show.preview')} data-testid={testIds.scenePreview}>
      {onAir.length === 0 ? <p>{t('show.previewEmpty')}</p> : <Scene content={content} reporter={null} />}
    </section>
  );
};

const sourceOf = ({ view }: MeetingModel, peerId: string, stream: 'camera' | 'screen'): SceneSource => {
  const { self, participants } = view.value;
  if (peerId === self.peerId) {
    const media = self[stream];
    return media.state === 'on' ? { track: media.track } : { track: null, why: null };
  }
  const media = participants.find((one) => one.peerId === peerId)?.[stream];
  return media?.state === 'playing' ? { track: media.track } : { track: null, why: null };
};
