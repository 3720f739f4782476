// What is shown of orders among the members, and what one who leads may ask of the others' devices.

/**
 * `notActing`: others lead · `notThere`: gone already · `busy`: not now, try again · `untold`: the group follows the new link, and the
 * server does not take it · `failed`: nobody knows why.
 */
export type HostFault = 'notActing' | 'notThere' | 'busy' | 'untold' | 'failed';
export type HostOutcome = { ok: true } | { ok: false; fault: HostFault };

/** Part of what the members say to each other. */
export interface OrderView {
  /** peerId of who is shown large to everybody, oneself included, on the word of one who leads; null where nobody is. */
  spotlight: string | null;
  /** peerId of whose word that is. */
  spotlightBy: string | null;
  /** What one who leads asks this device's person to turn on; it is theirs to do so. At most one of each. */
  asked: AskedView[];
}

export interface AskedView {
  device: 'mic' | 'camera';
  /** Who asks. */
  peerId: string;
  displayName: string;
}

/** Who ended the meeting for everybody. */
export type EndedBy = { self: true } | { self: false; displayName: string };

/** Beside what the group itself enforces: what the others' devices do on the word of one who leads, as far as they are honest. */
export type Order = 'mute' | 'stopVideo' | 'stopScreen' | 'askMic' | 'askCamera';
export interface OrderActions {
  /** Resolves once the server took it; what came of it is seen. @param peerId null: of everybody but the host */
  give(order: Order, peerId: string | null): Promise<HostOutcome>;
  /** Not now: the same one cannot ask for it again for a while. Nobody is told. */
  dismiss(device: AskedView['device']): void;
  /** Shows this one large to everybody; null ends that. */
  spotlight(peerId: string | null): HostOutcome;
  /** The host and co-hosts only: ends the Room for everybody; its links open nothing any more. */
  endForAll(): Promise<HostOutcome>;
}
