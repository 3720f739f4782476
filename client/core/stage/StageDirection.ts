// What a producer and a speaker may do, each checked before it is said: who leads, whether a stage is open, whether there is a place.
import { viewSecret, type GroupMember } from '#e2ee';
import type { HostingView, RoomLink } from '../types.ts';
import {
  clean,
  COUNTDOWN_MS,
  hasRoom,
  newShow,
  withDescription,
  withoutAir,
  withPeople,
  withProducer,
  withScene,
} from './showEdits.ts';
import { MAX_EVENT_NAME_CHARS, MAX_LOGO_CHARS, type Show } from './stagePayload.ts';
import type {
  SceneDraft,
  ShowChange,
  StageActions,
  StageBrand,
  StageFault,
  StageOutcome,
  StageRole,
} from './stageTypes.ts';

export interface StageDirectionOptions {
  show(): Show | null;
  hosting(): HostingView;
  /** Null before the group was entered. */
  self(): GroupMember | null;
  others(): readonly GroupMember[];
  serverNowMs(): number;
  /** The server's clock minus ours. */
  clockMs(): number;
  iProduce(): boolean;
  /** Their device told its key. */
  isReady(peerId: string): boolean;
  /** This device. */
  isOnAir(): boolean;
  mayTalkBack(peerId: string): boolean;
  say(show: Show | null): void;
  /** The show of an earlier page of this device that waits to come back, where there is one. */
  sayKept(): void;
  sayBrand(brand: StageBrand): void;
  talkBack(to: string | null): void;
  leaveAir(): void;
  link(): RoomLink;
}

const OK: StageOutcome = { ok: true };
const no = (fault: StageFault | 'notActing' | 'notThere'): StageOutcome => ({ ok: false, fault });

export class StageDirection implements StageActions {
  readonly #options: StageDirectionOptions;

  constructor(options: StageDirectionOptions) {
    this.#options = options;
  }

  open(): StageOutcome {
    const { hosting, self, others, show, say, sayKept } = this.#options;
    const me = self();
    if (!hosting().iAct || me === null) return no('notActing');
    if (show() === null) sayKept();
    if (show() === null) say(newShow(me, others()));
    return OK;
  }

  takeOver(): StageOutcome {
    const { hosting, self, others, show, say, iProduce } = this.#options;
    const me = self();
    const present = show();
    if (!hosting().iAct || me === null) return no('notActing');
    if (present === null) return no('noStage');
    if (!iProduce()) say(withProducer(withPeople(present, [me, ...others()]), me.peerId));
    return OK;
  }

  close(): StageOutcome {
    return this.#edit(() => null);
  }

  change({ startsAtMs, timerEndsAtMs, ...rest }: ShowChange): StageOutcome {
    const there = (hereMs: number | null) =>
      hereMs === null ? null : Math.max(0, Math.round(hereMs + this.#options.clockMs()));
    return this.#edit((show) => ({
      ...show,
      ...rest,
      ...(startsAtMs !== undefined && { startsAt: there(startsAtMs) }),
      ...(timerEndsAtMs !== undefined && { timer: there(timerEndsAtMs) }),
    }));
  }

  take(scene: SceneDraft): StageOutcome {
    const show = this.#options.show();
    const onAir = [...new Set(scene.onAir)];
    if (!hasRoom(onAir)) return no('tooMany');
    const isNew = (id: string) => show?.air.every((one) => one.id !== id) ?? true;
    if (onAir.some((id) => show?.people.every((person) => person.id !== id))) return no('notThere');
    if (onAir.some((id) => isNew(id) && !this.#options.isReady(id))) return no('notReady');
    const atMs = Math.floor(this.#options.serverNowMs()) + COUNTDOWN_MS;
    return this.#edit((present) => withScene(present, { ...scene, onAir }, atMs));
  }

  putOnAir(peerId: string): StageOutcome {
    const show = this.#options.show();
    if (show === null) return no('noStage');
    const { layout, screen } = show;
    const onAir = [...show.air.map(({ id }) => id), peerId];
    return this.take({ layout: onAir.length > 1 && layout === 'solo' ? 'side' : layout, onAir, screen });
  }

  takeOff(peerId: string): StageOutcome {
    return this.#edit((show) => withoutAir(show, peerId));
  }

  describe(peerId: string, as: { name?: string; title?: string; role?: StageRole }): StageOutcome {
    // Whoever signs the program has to be listed as one who may.
    const isOwnRole = as.role !== undefined && peerId === this.#options.self()?.peerId;
    if (isOwnRole) return no('notReady');
    return this.#edit((show) => withDescription(show, peerId, as));
  }

  setBrand({ name, accent, logo }: StageBrand): StageOutcome {
    if (!this.#options.iProduce()) return no('notActing');
    if (logo !== null && logo.length > MAX_LOGO_CHARS) return no('tooLarge');
    this.#options.sayBrand({ name: clean(name, MAX_EVENT_NAME_CHARS), accent, logo });
    return OK;
  }

  talkBack(to: string | null): StageOutcome {
    const { self, isOnAir, mayTalkBack, talkBack, show } = this.#options;
    if (to === null) {
      talkBack(null);
      return OK;
    }
    if (show() === null) return no('noStage');
    // What one says on air is heard by all the world.
    if (isOnAir() || !mayTalkBack(self()?.peerId ?? '')) return no('notActing');
    talkBack(to);
    return OK;
  }

  leaveAir(): void {
    this.#options.leaveAir();
  }

  async watchLink(): Promise<RoomLink> {
    const link = this.#options.link();
    const secret = await viewSecret(link.secret, link.roomId, this.#options.hosting().linkGeneration);
    return { ...link, kind: 'viewer', secret };
  }

  #edit(edit: (show: Show) => Show | null): StageOutcome {
    const show = this.#options.show();
    if (show === null) return no('noStage');
    if (!this.#options.iProduce()) return no('notActing');
    const next = edit(show);
    if (next !== show) this.#options.say(next);
    return OK;
  }
}
