// What a feed shows and lets hear: the program as the producer says it to the members, or one speaker of it, and nobody backstage.
import type { FeedLook, Participant, RoomView, ShowView } from '#core';
import type { SceneCaption, SceneContent, ScenePerson, SceneSource } from '../scene/sceneTypes.ts';
import type { Voice } from '../components/Sounds.tsx';

type Program = SceneContent['program'];
/** The room, as far as a feed is made of it. */
export type FeedView = Pick<RoomView, 'show' | 'participants' | 'captions'>;

const NO_EVENT: Program['event'] = { name: '', accent: null, logo: null };

/** Whose countdown still runs is not on air. */
const onAirOf = (show: ShowView): string[] =>
  show.onAir.filter((peerId) => show.people.some((person) => person.peerId === peerId && person.air.state === 'onAir'));

/** @param before what was shown last: where a stage is closed, that was it */
export const feedProgram = ({ show }: FeedView, look: FeedLook, before: Program | null): Program => {
  if (show === null) {
    const still = { layout: 'solo', onAir: [], screen: null, labels: false, startsAtMs: null } as const;
    const phase = before === null || before.phase === 'before' ? 'before' : 'after';
    return { ...still, onAir: [], phase, event: before?.event ?? NO_EVENT };
  }
  const all = onAirOf(show);
  const one = show.people.find(({ peerId, name }) => name === look.solo && all.includes(peerId))?.peerId;
  const onAir = look.solo === null ? all : one === undefined ? [] : [one];
  const { screen } = show;
  return {
    phase: show.phase,
    layout: look.solo === null ? show.layout : 'solo',
    // A solo is of one.
    onAir: show.layout === 'solo' ? onAir.slice(0, 1) : onAir,
    screen: look.solo === null && screen !== null && all.includes(screen) ? screen : null,
    labels: show.labels && look.labels,
    startsAtMs: show.startsAtMs,
    event: { ...show.brand, logo: look.logo ? show.brand.logo : null },
  };
};

const trackOf = (person: Participant | undefined, stream: 'camera' | 'screen' | 'mic' | 'screenAudio') => {
  const media = person?.[stream];
  return media?.state === 'playing' ? media.track : null;
};

/** No words of what goes wrong: they would be in the production's picture. */
export const feedSource = ({ participants }: FeedView, peerId: string, stream: 'camera' | 'screen'): SceneSource => {
  const track = trackOf(
    participants.find((one) => one.peerId === peerId),
    stream,
  );
  return track === null ? { track: null, why: null } : { track };
};

export const feedPerson = ({ show }: FeedView, peerId: string): ScenePerson | null => {
  const person = show?.people.find((one) => one.peerId === peerId);
  return person === undefined ? null : { name: person.name, title: person.title };
};

/** Everybody on air is heard, whether or not the layout has a place for them; of a shared screen its sound, while it is shown. */
export const feedVoices = (view: FeedView, look: FeedLook, program: Program): Voice[] => {
  if (view.show === null || program.phase !== 'live') return [];
  const heard = look.solo === null ? onAirOf(view.show) : program.onAir;
  return heard.flatMap((peerId) => {
    const person = view.participants.find((one) => one.peerId === peerId);
    const streams = program.screen === peerId ? (['mic', 'screenAudio'] as const) : (['mic'] as const);
    return streams.flatMap((stream) => {
      const track = trackOf(person, stream);
      return track === null ? [] : [{ key: `${peerId}/${stream}`, track, volume: 100 }];
    });
  });
};

/** Of who is shown or heard, under the name that the producer wrote; of a line that was begun backstage nothing. */
export const feedCaptions = (view: FeedView, look: FeedLook, program: Program): SceneCaption[] => {
  if (!look.captions || view.show === null || program.phase !== 'live') return [];
  const heard = look.solo === null ? onAirOf(view.show) : program.onAir;
  return view.captions.flatMap(({ id, peerId, text, air }) =>
    air && heard.includes(peerId) ? [{ id, name: feedPerson(view, peerId)?.name ?? '', text }] : [],
  );
};

/** Whether every picture that was there `before` is there again. */
export const isWhole = (view: FeedView, program: Program, before: SceneContent | null): boolean => {
  if (before === null) return true;
  if (view.show === null) return before.program.phase === 'after' || before.program.phase === 'before';
  const isThere = (peerId: string, stream: 'camera' | 'screen'): boolean =>
    feedSource(view, peerId, stream).track !== null || before.sourceOf(peerId, stream).track === null;
  return (
    program.onAir.every((peerId) => isThere(peerId, 'camera')) &&
    (program.screen === null || isThere(program.screen, 'screen'))
  );
};
