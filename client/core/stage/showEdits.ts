// What a producer does to a show, as functions from one state of it to the next.
import { cleanDisplayName, type GroupMember, type ProgramContent } from '#e2ee';
import {
  MAX_ON_AIR,
  MAX_STAGE_NAME_CHARS,
  MAX_STAGE_PEOPLE,
  MAX_STAGE_TITLE_CHARS,
  type Show,
  type ShowPerson,
} from './stagePayload.ts';
import type { SceneDraft, StageBrand, StageRole } from './stageTypes.ts';

/** 3-2-1: shorter is a surprise, longer is dead air. */
export const COUNTDOWN_MS = 3_000;

type Someone = Pick<GroupMember, 'peerId' | 'displayName'>;

export const newShow = (producer: Someone, others: readonly Someone[]): Show =>
  withPeople(
    {
      phase: 'before',
      layout: 'solo',
      people: [personOf(producer, 'producer')],
      air: [],
      screen: null,
      labels: true,
      startsAt: null,
      timer: null,
    },
    [producer, ...others],
  );

/** Those who came stand backstage, those who went stand nowhere; the same object where nothing is another. */
export function withPeople(show: Show, members: readonly Someone[]): Show {
  const isThere = (id: string) => members.some(({ peerId }) => peerId === id);
  const kept = show.people.filter(({ id }) => isThere(id));
  const came = members.filter(({ peerId }) => !kept.some(({ id }) => id === peerId));
  const people = [...kept, ...came.map((one) => personOf(one, 'speaker'))].slice(0, MAX_STAGE_PEOPLE);
  const isSame = people.length === show.people.length && people.every(({ id }, at) => show.people[at]?.id === id);
  return isSame
    ? show
    : withAir(
        { ...show, people },
        show.air.filter(({ id }) => isThere(id)),
      );
}

/** As the same person goes on under another Peer id: described as before, and backstage. */
export const withReturned = (show: Show, from: string, to: string): Show => ({
  ...withoutAir(show, from),
  people: show.people.map((person) => (person.id === from ? { ...person, id: to } : person)),
});

/** A producer signs the program: whoever's word counts must be listed as one. */
export const withProducer = (show: Show, peerId: string): Show => withPerson(show, peerId, { r: 'producer' });

export function withDescription(
  show: Show,
  peerId: string,
  as: { name?: string; title?: string; role?: StageRole },
): Show {
  return withPerson(show, peerId, {
    ...(as.name !== undefined && { n: clean(as.name, MAX_STAGE_NAME_CHARS) }),
    ...(as.title !== undefined && { d: clean(as.title, MAX_STAGE_TITLE_CHARS) }),
    ...(as.role !== undefined && { r: as.role }),
  });
}

/** Who is there already keeps the moment they went on air at. @param atMs when the others do, by the server's clock */
export function withScene(show: Show, { layout, onAir, screen }: SceneDraft, atMs: number): Show {
  const air = onAir.map((id) => show.air.find((one) => one.id === id) ?? { id, at: atMs });
  const people = show.people.map((person) => (onAir.includes(person.id) ? { ...person, s: true } : person));
  return withAir({ ...show, layout, people, screen }, air);
}

export const hasRoom = (onAir: readonly string[]): boolean => onAir.length <= MAX_ON_AIR;

export const withoutAir = (show: Show, peerId: string): Show =>
  withAir(
    show,
    show.air.filter(({ id }) => id !== peerId),
  );

/** What viewers' pages show. @param isOnAir by now @param makesCaptions whether that device writes what its person says */
export function programOf(
  show: Show,
  brand: StageBrand,
  isOnAir: (id: string) => boolean,
  makesCaptions: (id: string) => boolean,
): ProgramContent {
  const onAir = show.air.map(({ id }) => id).filter(isOnAir);
  const captions = onAir.filter(makesCaptions);
  return {
    phase: show.phase,
    layout: show.layout,
    onAir,
    screen: show.screen !== null && onAir.includes(show.screen) ? show.screen : null,
    labels: show.labels,
    ...(captions.length > 0 && { captions }),
    startsAtMs: show.startsAt,
    event: brand,
  };
}

/** A screen goes with its owner: who was not told that they are on air shows nothing either. */
function withAir(show: Show, air: Show['air']): Show {
  const screen = air.some(({ id }) => id === show.screen) ? show.screen : null;
  return { ...show, air, screen };
}

function withPerson(show: Show, peerId: string, change: Partial<ShowPerson>): Show {
  return { ...show, people: show.people.map((person) => (person.id === peerId ? { ...person, ...change } : person)) };
}

const personOf = ({ peerId, displayName }: Someone, role: StageRole): ShowPerson => ({
  id: peerId,
  n: clean(displayName, MAX_STAGE_NAME_CHARS),
  d: '',
  r: role,
  s: false,
});

/** As names are read everywhere (E-23); cut where it would not fit. */
export const clean = (text: string, maxChars: number): string =>
  cleanDisplayName(text).slice(0, maxChars).toWellFormed();
