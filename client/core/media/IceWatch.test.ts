// When a Transport's way is opened anew: after patience, on a change of network, and when the server can be asked again.
import type { Transport } from 'mediasoup-client/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignallingError } from '../signalling/SignallingError.ts';
import { IceWatch } from './IceWatch.ts';
import type { Ask } from './Publishing.ts';

const STUN = { urls: 'stun:a.example' };
const turn = (username: string) => ({ urls: ['turn:a.example'], username, credential: 'c', ttlMs: 3_600_000 });

function createScene() {
  let tell: (state: string) => void = () => undefined;
  const stats = new Map<string, Record<string, unknown>>();
  const transport = {
    id: 'transport',
    closed: false,
    connectionState: 'new',
    on: (_name: string, listener: (state: string) => void) => (tell = listener),
    restartIce: vi.fn(async () => undefined),
    updateIceServers: vi.fn(async () => undefined),
    getStats: async () => stats,
  };
  const ask = vi.fn(async () => ({ iceParameters: { usernameFragment: 'u' } }));
  const onChange = vi.fn();
  const watch = new IceWatch(transport as unknown as Transport, ask as unknown as Ask, onChange, () => Date.now());
  const become = (state: string) => {
    transport.connectionState = state;
    tell(state);
  };
  /** As Chromium tells it, or as Firefox does. */
  const lead = (over: string, tells: 'transport' | 'pair' = 'transport') => {
    stats.clear();
    const add = (id: string, more: Record<string, unknown>) => stats.set(id, { id, ...more });
    add('old', { type: 'candidate-pair', localCandidateId: 'host', nominated: true, selected: false });
    add('pair', { type: 'candidate-pair', localCandidateId: over, ...(tells === 'pair' && { selected: true }) });
    if (tells === 'transport') add('t', { type: 'transport', selectedCandidatePairId: 'pair' });
    for (const candidateType of ['host', 'relay']) add(candidateType, { type: 'local-candidate', candidateType });
  };
  return { transport, ask, onChange, watch, become, lead };
}

describe('IceWatch', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lets a hiccup mend itself', async () => {
    const { ask, watch, become } = createScene();
    become('connected');
    become('disconnected');
    await vi.advanceTimersByTimeAsync(1_900);
    become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).not.toHaveBeenCalled();
    expect(watch.impaired).toBe(false);
  });

  it('says so and restarts after two seconds, and again until it is connected', async () => {
    const { ask, transport, watch, onChange, become } = createScene();
    become('connected');
    become('disconnected');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(watch.impaired).toBe(true);
    expect(transport.restartIce).toHaveBeenCalledWith({ iceParameters: { usernameFragment: 'u' } });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(ask).toHaveBeenCalledTimes(2);
    become('connected');
    expect(watch.impaired).toBe(false);
    expect(onChange).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('does not restart what was never connected', async () => {
    const { ask, watch } = createScene();
    await watch.restart();
    expect(ask).not.toHaveBeenCalled();
  });

  it('makes up after a resume for a restart that could not reach the server', async () => {
    const { ask, watch, become } = createScene();
    become('connected');
    watch.resumed();
    expect(ask).not.toHaveBeenCalled();
    ask.mockRejectedValueOnce(new SignallingError('disconnected'));
    await watch.restart();
    watch.resumed();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('gathers with the newest ICE servers, and as browsers take them', async () => {
    const { transport, watch } = createScene();
    await watch.renew([STUN, turn('new')]);
    const { username, credential, urls } = turn('new');
    expect(transport.updateIceServers).toHaveBeenCalledWith({ iceServers: [STUN, { urls, username, credential }] });
  });

  it.each(['transport', 'pair'] as const)(
    'opens a way over a relay anew once half of the credential’s time is over, as told by the %s, and not before',
    async (tells) => {
      const { ask, transport, watch, become, lead } = createScene();
      become('connected');
      lead('relay', tells);
      await vi.advanceTimersByTimeAsync(29 * 60_000);
      await watch.renew([turn('second')]);
      expect(ask).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(60_000);
      await watch.renew([turn('third')]);
      expect(transport.restartIce).toHaveBeenCalledTimes(1);
      expect(transport.updateIceServers.mock.invocationCallOrder.at(-1)).toBeLessThan(
        transport.restartIce.mock.invocationCallOrder[0] ?? 0,
      );
      await vi.advanceTimersByTimeAsync(29 * 60_000);
      await watch.renew([turn('fourth')]);
      expect(transport.restartIce).toHaveBeenCalledTimes(1);
    },
  );

  it('leaves a way that leads over no relay, and one by credentials without an end, as it is', async () => {
    const { ask, watch, become, lead } = createScene();
    become('connected');
    lead('host');
    await vi.advanceTimersByTimeAsync(5 * 60 * 60_000);
    await watch.renew([turn('second')]);
    lead('relay');
    await watch.renew([{ urls: 'turn:a.example', username: 'u', credential: 'c' }]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('tries again with the next credentials where opening anew did not work', async () => {
    const { ask, transport, watch, become, lead } = createScene();
    become('connected');
    lead('relay');
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    ask.mockRejectedValueOnce(new SignallingError('disconnected'));
    await watch.renew([turn('second')]);
    expect(transport.restartIce).not.toHaveBeenCalled();
    await watch.renew([turn('third')]);
    expect(transport.restartIce).toHaveBeenCalledTimes(1);
  });

  it('does nothing any more once closed', async () => {
    const { ask, transport, watch, become } = createScene();
    become('connected');
    become('failed');
    watch.close();
    await vi.advanceTimersByTimeAsync(60_000);
    await watch.renew([turn('late')]);
    expect(ask).not.toHaveBeenCalled();
    expect(transport.updateIceServers).not.toHaveBeenCalled();
  });
});
