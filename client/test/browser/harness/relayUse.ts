// Forces a page to go one way, says which one its packets go, and asks the relay for a place as a browser does.
import type { BrowserContext, Page } from 'playwright-core';

/** To the media port itself, or over the relay, reached by `turn:` over UDP or TCP, or by `turns:` over TCP. */
export type RelayWay = 'direct' | 'udp' | 'tcp' | 'tls';

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
  /** How far the page's clock is ahead, in ms. */
  aheadMs: number;
}

export interface PageTime {
  /** What the page would do in five minutes or later it does after five seconds, such as renewing its token. */
  minutesPass?: boolean;
}

/**
 * Every connection of every page of `context` is one that may go `way` only; what the page itself does is the same. Its clock can be put
 * forward.
 */
export async function forceWay(context: BrowserContext, way: RelayWay, time: PageTime = {}): Promise<void> {
  if (time.minutesPass === true) await context.addInitScript(hasten);
  await context.addInitScript((wanted) => {
    const keptConnections = new Set<RTCPeerConnection>();
    Object.assign(globalThis, { keptConnections, aheadMs: 0 });
    const isWanted = (url: string): boolean =>
      url.startsWith(wanted === 'tls' ? 'turns:' : 'turn:') && url.endsWith(wanted === 'udp' ? '=udp' : '=tcp');
    const forced = (configuration: RTCConfiguration = {}): RTCConfiguration => ({
      ...configuration,
      ...(wanted === 'direct'
        ? { iceServers: [] }
        : {
            iceTransportPolicy: 'relay',
            iceServers: (configuration.iceServers ?? []).map((server) => ({
              ...server,
              urls: [server.urls].flat().filter(isWanted),
            })),
          }),
    });
    const Open = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Open {
      constructor(configuration?: RTCConfiguration) {
        super(forced(configuration));
        keptConnections.add(this);
      }
      override setConfiguration(configuration?: RTCConfiguration): void {
        super.setConfiguration(forced(configuration));
      }
    };
    const now = Date.now.bind(Date);
    Date.now = () => now() + (globalThis as unknown as Kept).aheadMs;
  }, way);
}

function hasten(): void {
  const later = globalThis.setTimeout;
  const sooner = (callback: () => void, ms?: number) => later(callback, (ms ?? 0) >= 5 * 60_000 ? 5_000 : ms);
  Object.assign(globalThis, { setTimeout: sooner });
}

/**
 * One connection's way: `host` over `udp`, say, `prflx` over `tcp` where it was the one that connected, or `relay` by `tls`; and the port that
 * stands for it at the relay, or here.
 */
export interface Way {
  type: string;
  protocol: string;
  port: number;
  /** The one of the media Worker behind it. */
  mediaPort: number;
}

/** Of each connection that carries something; sending first or receiving first. */
export function waysOf(page: Page): Promise<Way[]> {
  return page.evaluate(async () => {
    const ways: Way[] = [];
    for (const connection of (globalThis as unknown as Kept).keptConnections) {
      if (connection.connectionState !== 'connected') continue;
      const stats = await connection.getStats();
      for (const report of stats.values()) {
        if (report.type !== 'transport' || !report.selectedCandidatePairId) continue;
        const pair = stats.get(report.selectedCandidatePairId);
        const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
        const protocol = local?.relayProtocol ?? local?.protocol;
        ways.push({ type: local?.candidateType, protocol, port: local?.port, mediaPort: remote?.port });
      }
    }
    return ways;
  });
}

/** The names by which this page's connections would ask the relay for a place now. */
export function relayUsers(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...(globalThis as unknown as Kept).keptConnections]
      .filter(({ connectionState }) => connectionState !== 'closed')
      .flatMap((connection) => connection.getConfiguration().iceServers ?? [])
      .map(({ username }) => username ?? ''),
  );
}

export function putClockForward(page: Page, ms: number): Promise<void> {
  return page.evaluate((aheadMs) => void Object.assign(globalThis, { aheadMs }), ms);
}

/** What a browser gets of the relay by these credentials: its places, and the codes of what was refused. */
export function askForPlace(page: Page, server: RTCIceServer): Promise<{ places: number; refusals: number[] }> {
  return page.evaluate(async (asked) => {
    const connection = new RTCPeerConnection({ iceServers: [asked], iceTransportPolicy: 'relay' });
    const got = { places: 0, refusals: [] as number[] };
    connection.onicecandidateerror = ({ errorCode }) => got.refusals.push(errorCode);
    const isDone = new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate === null) resolve();
        else if (candidate.type === 'relay') got.places += 1;
      };
    });
    connection.createDataChannel('any');
    await connection.setLocalDescription();
    await isDone;
    connection.close();
    return got;
  }, server);
}
