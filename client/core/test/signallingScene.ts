// A SignallingClient with the server played by the test, under fake timers.
import { vi } from 'vitest';
import type { Admission } from '../admission.ts';
import { SignallingClient } from '../signalling/SignallingClient.ts';
import type { EndReason, Platform } from '../types.ts';
import { FakeSocket } from './FakeSocket.ts';
import { joinedAnswer, tokenAnswer } from './wireSamples.ts';

/** @param random 0 ≤ random < 1, of which the pauses are made */
export function createScene(
  admit: (former?: string) => Promise<Admission> = async () => tokenAnswer() as Admission,
  random: () => number = () => 0,
) {
  const socket = new FakeSocket();
  const told: string[] = [];
  /** In how many ms; null for one that is made. */
  const retries: (number | null)[] = [];
  const ended: EndReason[] = [];
  const admissions = vi.fn(admit);
  const platform = {
    createSocket: () => socket,
    nowMs: () => Date.now(),
    randomBytes: (count: number) => new Uint8Array(count).fill(random() * 256),
  } as unknown as Platform;
  const client = new SignallingClient(platform, admissions, {
    onJoined: () => told.push('joined'),
    onResumed: () => told.push('resumed'),
    onLost: () => told.push('lost'),
    onRetry: (atMs) => retries.push(atMs === null ? null : atMs - Date.now()),
    onFull: (retryAtMs) => told.push(`full for ${retryAtMs - Date.now()} ms`),
    onShut: () => told.push('shut'),
    onIceServers: (iceServers) => told.push(`ICE servers ${iceServers.map(({ urls }) => String(urls)).join()}`),
    onNotification: ({ name, payload }) =>
      told.push(name === 'audio:activeSpeaker' ? `speaker ${payload.peerId ?? 'nobody'}` : name),
    onEnded: (reason) => ended.push(reason),
  });
  return { socket, told, ended, client, admissions, retries };
}

type Scene = ReturnType<typeof createScene>;

export async function connect({ client, socket }: Scene): Promise<void> {
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  socket.accept();
}

export async function join(scene: Scene): Promise<void> {
  await connect(scene);
  scene.socket.answer('room:join', joinedAnswer());
}

/** Loses the connection and comes to the point where the next `room:join` waits for its answer. */
export async function loseAndReturn({ socket }: Scene): Promise<void> {
  socket.drop();
  await vi.advanceTimersByTimeAsync(1_000);
  socket.accept();
}
