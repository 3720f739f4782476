// Who is in the room, drawn from those who hold its keys, and the link to invite more.
import { Mic, MicOff, ScreenShare, Video, VideoOff, type LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { LocalMedia, Participant, RemoteMedia } from '#core';
import { InviteField } from '../../components/InviteField.tsx';
import { t } from '../../i18n/index.ts';
import { testIds } from '../../testIds.ts';
import { isMediaOn as isOn } from '../../viewModels/media.ts';
import { initialsOf, tintOf } from '../../viewModels/tiles.ts';
import { HandsList } from './gestures/Hands.tsx';
import { ForEveryone } from './hosting/ForEveryone.tsx';
import { FeedList, HallList } from './hall/HallList.tsx';
import { OwnMenu, PersonMenu } from './hosting/PersonMenu.tsx';
import { WaitingList } from './hosting/WaitingList.tsx';
import { WhoMayComeIn } from './hosting/WhoMayComeIn.tsx';
import type { MeetingModel } from './MeetingModel.ts';
import { Panel } from './Panel.tsx';
import { nameOf } from './words.ts';

export const PeoplePanel = ({ model, linkText }: { model: MeetingModel; linkText: string }) => {
  const { self, participants, hosting } = model.view.value;
  return (
    <Panel
      title={t('people.title')}
      count={participants.length + 1}
      onClose={() => model.togglePanel('people')}
      testId={testIds.peoplePanel}
    >
      <div class="panel-scroll">
        <WaitingList model={model} />
        <HandsList model={model} />
        <ul class="people">
          <Person
            peerId={self.peerId}
            name={self.displayName}
            notes={[t('people.you')]}
            role={roleOf({ host: hosting.iAmHost, cohost: hosting.cohosts.includes(self.peerId) })}
            self
            mic={self.mic}
            camera={self.camera}
            screen={self.screen}
          >
            <OwnMenu model={model} />
          </Person>
          {participants.map((person) => (
            <Person
              key={person.peerId}
              peerId={person.peerId}
              name={person.displayName}
              notes={notesOf(person, model.orders.volumeOf(person.peerId))}
              role={roleOf(person)}
              self={false}
              mic={person.mic}
              camera={person.camera}
              screen={person.screen}
            >
              <PersonMenu model={model} person={person} />
            </Person>
          ))}
        </ul>
        <HallList model={model} />
        <FeedList model={model} />
        {participants.length === 0 && <p class="muted people-empty">{t('people.empty')}</p>}
        <ForEveryone model={model} />
        <WhoMayComeIn model={model} />
      </div>
      <div class="panel-foot">
        <InviteField link={linkText} />
      </div>
    </Panel>
  );
};

const notesOf = (person: Participant, volume: number): string[] => [
  ...(person.away ? [t('people.away')] : []),
  ...(volume === 0 ? [t('orders.silenced')] : []),
];

type Role = 'host' | 'cohost';

/** As signed in the group. */
const roleOf = ({ host, cohost }: Pick<Participant, 'host' | 'cohost'>): Role | null =>
  host ? 'host' : cohost ? 'cohost' : null;

interface PersonProps {
  peerId: string;
  name: string;
  notes: string[];
  role: Role | null;
  self: boolean;
  mic: LocalMedia | RemoteMedia;
  camera: LocalMedia | RemoteMedia;
  screen: LocalMedia | RemoteMedia;
  children?: ComponentChildren;
}

const Person = ({ peerId, name, notes, role, self, mic, camera, screen, children }: PersonProps) => (
  <li class="person" data-peer-id={peerId} data-self={self} data-testid={testIds.person}>
    <span class="face small" aria-hidden="true" data-tint={tintOf(peerId, 6)}>
      <span>{initialsOf(nameOf(name))}</span>
    </span>
    <span class="person-name">
      <span dir="auto">{nameOf(name)}</span>
      {notes.length > 0 && <span class="muted"> {notes.join(', ')}</span>}
      {role !== null && (
        <span class="role-chip" data-role={role} title={t('hosting.confirmed')} data-testid={testIds.roleChip}>
          {t(`hosting.role.${role}`)}
        </span>
      )}
    </span>
    {isOn(screen) && <State icon={ScreenShare} label={t('people.sharing')} on />}
    <State icon={isOn(mic) ? Mic : MicOff} label={t(isOn(mic) ? 'people.micOn' : 'people.micOff')} on={isOn(mic)} />
    <State
      icon={isOn(camera) ? Video : VideoOff}
      label={t(isOn(camera) ? 'people.cameraOn' : 'people.cameraOff')}
      on={isOn(camera)}
    />
    {children}
  </li>
);

const State = ({ icon: Icon, label, on }: { icon: LucideIcon; label: string; on: boolean }) => (
  <span class="person-state" data-on={on} title={label}>
    <Icon size={18} aria-hidden="true" />
    <span class="visually-hidden">{label}</span>
  </span>
);
