// What the browser's own figures say of the line, each way, since it began: numbers only, from any browser's statistics.

/** What came, and what did not, since the beginning. */
export interface Flow {
  packets: number;
  lost: number;
}

/** Counters since the beginning, but for the delay, which is of the moment. */
export interface Counters extends Flow {
  /** Of what we send, packets that had to be sent again: each was lost first, though `lost` counts none that came in the end. */
  repeated?: number;
  /** Null where nothing was measured. */
  roundTripMs: number | null;
  /** For how long encoders were held back for want of bandwidth. */
  limitedMs: number;
  /** What the estimate says that would get through, in bit/s; null where there is none. */
  availableBps: number | null;
}

/** Of our way down, with what came of each Peer: the server forwards the gaps of their way up, so each Peer's has holes of its own. */
export interface DownCounters extends Counters {
  /** By Peer id; empty where nobody knows whose streams these are. */
  senders: ReadonlyMap<string, Flow>;
}

export interface LineReading {
  atMs: number;
  up: Counters;
  down: DownCounters;
}

type Stats = Iterable<Record<string, unknown>>;

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const most = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};
const milliseconds = (seconds: unknown): number | null => (typeof seconds === 'number' ? seconds * 1000 : null);
const ofType = (stats: readonly Record<string, unknown>[], type: string) => stats.filter((one) => one.type === type);

/** A transport has one pair that is in use; browsers differ in how they say which. */
function pairOf(stats: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  return ofType(stats, 'candidate-pair').find((pair) => pair.selected === true || pair.nominated === true);
}

/** A stream whose Peer is not known, being built or let go of just now, is nobody's: counted late it would all seem to have come at once. */
function sendersOf(inbound: readonly Record<string, unknown>[], peerOf: ReadonlyMap<unknown, string>) {
  const senders = new Map<string, Flow>();
  for (const { trackIdentifier, packetsReceived, packetsLost } of inbound) {
    const peerId = peerOf.get(trackIdentifier);
    if (peerId === undefined) continue;
    const { packets, lost } = senders.get(peerId) ?? { packets: 0, lost: 0 };
    senders.set(peerId, { packets: packets + number(packetsReceived), lost: lost + number(packetsLost) });
  }
  return senders;
}

/**
 * @param send of the sending Transport
 * @param recv of the receiving one
 * @param peerOf Peer ids by the ids of the tracks that are received, as the statistics name them
 */
export function lineReadingOf(
  send: Stats,
  recv: Stats,
  atMs: number,
  peerOf: ReadonlyMap<unknown, string> = new Map(),
): LineReading {
  const [sent, received] = [[...send], [...recv]];
  const outbound = ofType(sent, 'outbound-rtp');
  const remote = ofType(sent, 'remote-inbound-rtp');
  const inbound = ofType(received, 'inbound-rtp');
  const sum = (list: readonly Record<string, unknown>[], of: (one: Record<string, unknown>) => number) =>
    list.reduce((total, one) => total + of(one), 0);
  const limitedSeconds = outbound.map(({ qualityLimitationDurations: durations }) =>
    number((durations as { bandwidth?: unknown } | undefined)?.bandwidth),
  );
  const available = pairOf(sent)?.availableOutgoingBitrate;
  return {
    atMs,
    up: {
      packets: sum(outbound, (one) => number(one.packetsSent)),
      lost: sum(remote, (one) => number(one.packetsLost)),
      repeated: sum(outbound, (one) => number(one.retransmittedPacketsSent)),
      roundTripMs: most([
        milliseconds(pairOf(sent)?.currentRoundTripTime),
        ...remote.map((one) => milliseconds(one.roundTripTime)),
      ]),
      limitedMs: Math.max(0, ...limitedSeconds) * 1000,
      availableBps: typeof available === 'number' ? available : null,
    },
    down: {
      packets: sum(inbound, (one) => number(one.packetsReceived)),
      lost: sum(inbound, (one) => number(one.packetsLost)),
      roundTripMs: milliseconds(pairOf(received)?.currentRoundTripTime),
      limitedMs: 0,
      availableBps: null,
      senders: sendersOf(inbound, peerOf),
    },
  };
}
