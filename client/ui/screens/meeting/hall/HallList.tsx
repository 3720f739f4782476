// The machines beside the people, in the list of who is there: no persons, and holding the keys like all others.
import { MonitorPlay, Theater, Video, VideoOff, Volume2, VolumeX } from 'lucide-preact';
import { useId } from 'preact/hooks';
import type { Participant } from '#core';
import { t } from '../../../i18n/index.ts';
import { testIds } from '../../../testIds.ts';
import { isMediaOn } from '../../../viewModels/media.ts';
import { MachineMenu } from '../hosting/PersonMenu.tsx';
import type { MeetingModel } from '../MeetingModel.ts';
import { nameOf } from '../words.ts';

export const HallList = ({ model }: { model: MeetingModel }) => {
  const id = useId();
  const { halls } = model.view.value;
  if (halls.length === 0) return null;
  return (
    <section class="halls" aria-labelledby={id}>
      <h3 id={id}>{t('hall.list')}</h3>
      <ul class="people">
        {halls.map((hall) => (
          <Row key={hall.peerId} model={model} hall={hall} />
        ))}
      </ul>
    </section>
  );
};

/** Those that only receive: no tile stands for them, so they stand here. */
export const FeedList = ({ model }: { model: MeetingModel }) => {
  const id = useId();
  const { feeds, hosting } = model.view.value;
  if (feeds.length === 0) return null;
  return (
    <section class="halls" aria-labelledby={id}>
      <h3 id={id}>{t('feeds.list')}</h3>
      <ul class="people">
        {feeds.map((feed) => (
          <li key={feed.peerId} class="person" data-peer-id={feed.peerId} data-testid={testIds.feedMember}>
            <span class="face small" aria-hidden="true">
              <MonitorPlay size={18} />
            </span>
            <span class="person-name">
              <span dir="auto">{nameOf(feed.displayName)}</span>{' '}
              <span class="muted">{t(feed.away ? 'people.away' : 'feeds.holdsKeys')}</span>
            </span>
            {hosting.iAct && <MachineMenu model={model} person={feed} isHeard={false} />}
          </li>
        ))}
      </ul>
    </section>
  );
};

const Row = ({ model, hall }: { model: MeetingModel; hall: Participant }) => {
  const notes = [
    ...(hall.away ? [t('people.away')] : []),
    ...(model.orders.volumeOf(hall.peerId) === 0 ? [t('orders.silenced')] : []),
  ];
  const [heard, seen] = [isMediaOn(hall.screenAudio), isMediaOn(hall.camera)];
  const states = [
    { Icon: heard ? Volume2 : VolumeX, label: t(heard ? 'hall.heard' : 'hall.notHeard'), on: heard },
    { Icon: seen ? Video : VideoOff, label: t(seen ? 'hall.seen' : 'hall.notSeen'), on: seen },
  ];
  return (
    <li class="person" data-peer-id={hall.peerId} data-testid={testIds.hallRow}>
      <span class="face small" aria-hidden="true">
        <Theater size={18} />
      </span>
      <span class="person-name">
        <span dir="auto">{nameOf(hall.displayName)}</span>
        {notes.length > 0 && <span class="muted"> {notes.join(', ')}</span>}
      </span>
      {states.map(({ Icon, label, on }) => (
        <span key={label} class="person-state" data-on={on} title={label}>
          <Icon size={18} aria-hidden="true" />
          <span class="visually-hidden">{label}</span>
        </span>
      ))}
      <MachineMenu model={model} person={hall} isHeard />
    </li>
  );
};
