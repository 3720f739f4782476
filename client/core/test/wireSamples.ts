// Answers of a server as the wire has them, for tests that play its part.
export const PEER_ID = 'AAAAAAAAAAAAAAAA';
export const OTHER_PEER_ID = 'BBBBBBBBBBBBBBBB';
export const ROOM_ID = 'RRRRRRRRRRRRRRRRRRRRRR';

const transport = (id: string) => ({ id, iceParameters: {}, iceCandidates: [], dtlsParameters: {} });

export function joinedAnswer(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    outcome: 'joined',
    peerId: PEER_ID,
    role: 'member',
    resumeToken: 'T'.repeat(43),
    serverTimeMs: 1_000_000,
    routerRtpCapabilities: {},
    transports: { send: transport('send1'), recv: transport('recv1') },
    iceServers: [],
    peers: [],
    group: null,
    linkGeneration: 0,
    mode: 'open',
    run: 'first run',
    ...more,
  };
}

export function resumedAnswer(missed: { name: string; payload: unknown; sequence: number }[] = []) {
  return { outcome: 'resumed', peerId: PEER_ID, serverTimeMs: 1_000_000, iceServers: [], missed };
}

export function tokenAnswer(more: Record<string, unknown> = {}) {
  return {
    token: 'token',
    peerId: PEER_ID,
    role: 'member',
    expiresAtMs: 1_600_000,
    serverTimeMs: 1_000_000,
    peersInRoom: 2,
    linkGeneration: 0,
    mode: 'open',
    ...more,
  };
}
