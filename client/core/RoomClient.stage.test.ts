// A client on air: keys before the server, over another life of the media too, and off air in the other order.
import type { PolicyView } from '#e2ee';
import { expect, it, vi } from 'vitest';
import { FakeTrack } from './test/FakeTrack.ts';
import { createScene, ANA, enter, ME, transports, viewOf, type Scene } from './test/scene.ts';
import { generateRouterRtpCapabilities } from 'mediasoup-client/fakeParameters';
import { PEER_ID } from './test/wireSamples.ts';

const I_LEAD: Partial<PolicyView> = { host: PEER_ID, acting: [PEER_ID] };

/** What goes on air is told in one order: to the keys and to the server. */
function watch(scene: Scene): string[] {
  const log: string[] = [];
  const answer = scene.socket.answerer;
  scene.socket.answerer = (sent) => {
    if (sent.name === 'producer:air') log.push(`server ${(sent.payload as { onAir: boolean }).onAir}`);
    return answer(sent);
  };
  const worker = scene.worker();
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message) => {
    const { call } = message as { call?: { name: string; streams?: string[] } };
    if (call?.name === 'setOnAir') log.push(`keys ${call.streams?.join(' ')}`.trim());
    post(message);
  };
  return log;
}

it('E-186 goes on air by the keys, then the server, again after the media were made anew, and off air in the other order', async () => {
  const scene = createScene({ mic: new FakeTrack('audio').asTrack(), camera: new FakeTrack('video').asTrack() });
  await enter(scene, ANA);
  scene.worker().enterEpoch(2, [ME, ANA], I_LEAD);
  await vi.waitFor(() => expect(scene.socket.asked.filter((name) => name === 'producer:create')).toHaveLength(2));
  const log = watch(scene);
  expect(scene.client.stage.open()).toEqual({ ok: true });
  await vi.waitFor(() => expect(scene.client.stage.putOnAir(PEER_ID)).toEqual({ ok: true }));
  await vi.waitFor(() => expect(viewOf(scene).show?.mine.state).toBe('countdown'));
  expect(log).toEqual([]);
  await vi.waitFor(() => expect(viewOf(scene).show?.mine.state).toBe('onAir'), { timeout: 10_000 });
  expect(log.splice(0)).toEqual(['keys mic camera', 'server true', 'server true']);
  expect(scene.socket.asked).toContain('stage:publish');
  const reset = { routerRtpCapabilities: generateRouterRtpCapabilities(), transports: transports() };
  scene.socket.notify('media:reset', reset, 1);
  await vi.waitFor(() => expect(log).toEqual(['server true', 'server true']));
  log.length = 0;
  scene.client.stage.leaveAir();
  await vi.waitFor(() => expect(log).toEqual(['server false', 'server false', 'keys']));
  expect(viewOf(scene).show?.onAir).toEqual([]);
  scene.client.close();
});
