// What the stage needs of a place in the Room: its worker's keys, its Producers, its epoch and the server's clock.
import type { E2eeClient, StreamName } from '#e2ee';

export type StageKeys = Pick<
  E2eeClient,
  'feedKey' | 'setOnAir' | 'signRoster' | 'openRoster' | 'signProgram' | 'sealCaption' | 'wrapStage' | 'stageGroup'
>;

/** The same object for as long as the place lasts. */
export interface StagePlace extends StageKeys {
  serverNowMs(): number;
  /** Null while the group is not followed. */
  epoch(): number | null;
  /** Viewers get our Producers of these streams, those made later too, and no others. Rejects where the server did not take it. */
  setAir(streams: readonly StreamName[]): Promise<void>;
}

/** The worker's methods are bound to it: a place is handed about without it. */
export function stagePlaceOf(keys: StageKeys, place: Omit<StagePlace, keyof StageKeys>): StagePlace {
  return {
    ...place,
    feedKey: () => keys.feedKey(),
    setOnAir: (streams) => keys.setOnAir(streams),
    signRoster: (people, count, delegates) => keys.signRoster(people, count, delegates),
    openRoster: (signed) => keys.openRoster(signed),
    signProgram: (content, count) => keys.signProgram(content, count),
    sealCaption: (words) => keys.sealCaption(words),
    wrapStage: (roster) => keys.wrapStage(roster),
    stageGroup: () => keys.stageGroup(),
  };
}
