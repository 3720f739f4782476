// When a Transport's way is opened anew: after patience, on a change of network, and when the server can be asked again.
import type { Transport } from 'mediasoup-client/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignallingError } from '../signalling/SignallingError.ts';
import { IceWatch } from './IceWatch.ts';
import type { Ask } from './Publishing.ts';

function createScene() {
  let tell: (state: string) => void = () => undefined;
  const transport = {
    id: 'transport',
    closed: false,
    connectionState: 'new',
    on: (_name: string, listener: (state: string) => void) => (tell = listener),
    restartIce: vi.fn(async () => undefined),
  };
  const ask = vi.fn(async () => ({ iceParameters: { usernameFragment: 'u' } }));
  const onChange = vi.fn();
  const watch = new IceWatch(transport as unknown as Transport, ask as unknown as Ask, onChange);
  const become = (state: string) => {
    transport.connectionState = state;
    tell(state);
  };
  return { transport, ask, onChange, watch, become };
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

  it('does nothing any more once closed', async () => {
    const { ask, watch, become } = createScene();
    become('connected');
    become('failed');
    watch.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).not.toHaveBeenCalled();
  });
});
