// Rules of Preview.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeServices, fakeTrack, MemoryStorage } from '../test/fakes.ts';
import { chosenDevices } from './chosenDevices.ts';
import { Preview } from './Preview.ts';

/** A browser that grants both in one prompt, or refuses that prompt. */
const stubBrowser = (options: { both: boolean; granted?: boolean }) => {
  const mediaDevices = Object.assign(new EventTarget(), {
    enumerateDevices: () => Promise.resolve([]),
    getUserMedia: () =>
      options.both
        ? Promise.resolve({ getAudioTracks: () => [fakeTrack('mic')], getVideoTracks: () => [fakeTrack('camera')] })
        : Promise.reject(new Error('refused')),
  });
  const permissions = { query: () => Promise.resolve({ state: options.granted ? 'granted' : 'prompt' }) };
  vi.stubGlobal('navigator', { mediaDevices, permissions, languages: [] });
};

beforeEach(() => vi.stubGlobal('localStorage', new MemoryStorage()));
afterEach(() => {
  vi.unstubAllGlobals();
  for (const chosen of Object.values(chosenDevices)) chosen.value = '';
});

const states = (preview: Preview) => [preview.mic.value.state, preview.camera.value.state];

describe('a Preview', () => {
  test('opens nothing by itself where the browser would ask', async () => {
    stubBrowser({ both: true, granted: false });
    const services = fakeServices();
    const preview = new Preview(services);
    await preview.startIfAllowed();
    expect(services.opened).toEqual([]);
    expect(preview.asked.value).toBe(false);
  });

  test('starts at once for those who allowed it before', async () => {
    stubBrowser({ both: true, granted: true });
    const preview = new Preview(fakeServices());
    await preview.startIfAllowed();
    expect(states(preview)).toEqual(['on', 'on']);
  });

  test('asks for both in one prompt', async () => {
    stubBrowser({ both: true });
    const services = fakeServices();
    const preview = new Preview(services);
    await preview.ask();
    expect(states(preview)).toEqual(['on', 'on']);
    expect(services.opened).toEqual([]);
  });

  test('tries each alone when both together fail, so that one fault takes only its own device', async () => {
    stubBrowser({ both: false });
    const services = fakeServices();
    services.faults = { camera: 'busy' };
    const preview = new Preview(services);
    await preview.ask();
    expect(services.opened).toEqual(['mic', 'camera']);
    expect(preview.mic.value.state).toBe('on');
    expect(preview.camera.value).toEqual({ state: 'failed', fault: 'busy' });
  });

  test('falls back to the system’s choice when the remembered device is gone', async () => {
    stubBrowser({ both: true });
    const services = fakeServices();
    chosenDevices.mic.value = 'unplugged';
    services.getMicrophone = (deviceId) =>
      deviceId === undefined
        ? Promise.resolve(fakeTrack('mic'))
        : Promise.reject(Object.assign(new Error('gone'), { fault: 'unsuitable' }));
    const preview = new Preview(services);
    await preview.start('mic');
    expect(preview.mic.value.state).toBe('on');
  });

  test('stops what it turned off, and all of it when closed', async () => {
    stubBrowser({ both: true });
    const preview = new Preview(fakeServices());
    const [mic, camera] = [fakeTrack(), fakeTrack()];
    preview.mic.value = { state: 'on', track: mic };
    preview.camera.value = { state: 'on', track: camera };
    await preview.toggle('mic');
    expect([mic.stopped(), camera.stopped()]).toEqual([true, false]);
    preview.close();
    preview.close();
    expect(camera.stopped()).toBe(true);
  });

  test('gives its tracks away once, and does not stop them afterwards', () => {
    stubBrowser({ both: true });
    const preview = new Preview(fakeServices());
    const mic = fakeTrack();
    preview.mic.value = { state: 'on', track: mic };
    expect(preview.take()).toEqual({ mic });
    preview.close();
    expect(mic.stopped()).toBe(false);
    expect(preview.take()).toEqual({});
  });

  test('looks anew at what is plugged in when something comes or goes', async () => {
    stubBrowser({ both: true });
    const preview = new Preview(fakeServices());
    await vi.waitFor(() => expect(preview.devices.value.mic).toEqual([]));
    const { mediaDevices } = globalThis.navigator;
    const plugged = { deviceId: 'usb', kind: 'audioinput', label: 'USB' } as MediaDeviceInfo;
    mediaDevices.enumerateDevices = () => Promise.resolve([plugged]);
    mediaDevices.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(preview.devices.value.mic).toEqual([{ id: 'usb', label: 'USB' }]));
  });

  test('that opens a device anew keeps the old one until then, and is not to be taken before', async () => {
    stubBrowser({ both: true });
    const services = fakeServices();
    const [old, fresh] = [fakeTrack('camera'), fakeTrack('camera')];
    const opening = Promise.withResolvers<MediaStreamTrack>();
    services.getCamera = () => opening.promise;
    const preview = new Preview(services);
    preview.camera.value = { state: 'on', track: old };
    const restarted = preview.restart('camera');
    expect([preview.restarting === null, old.stopped()]).toEqual([false, false]);
    opening.resolve(fresh);
    await restarted;
    await preview.restarting;
    expect(preview.restarting).toBeNull();
    expect([preview.take().camera === fresh, old.stopped()]).toEqual([true, true]);
  });

  test('whose camera cannot be opened anew is off rather than as before', async () => {
    stubBrowser({ both: true });
    const services = fakeServices();
    services.faults = { camera: 'withheld' };
    const preview = new Preview(services);
    const old = fakeTrack('camera');
    preview.camera.value = { state: 'on', track: old };
    await preview.restart('camera');
    expect([preview.camera.value.state, old.stopped()]).toEqual(['off', true]);
  });

  test('stops a device that opened after it was closed', async () => {
    stubBrowser({ both: true });
    const services = fakeServices();
    const late = fakeTrack();
    const opening = Promise.withResolvers<MediaStreamTrack>();
    services.getCamera = () => opening.promise;
    const preview = new Preview(services);
    const started = preview.start('camera');
    preview.close();
    opening.resolve(late);
    await started;
    expect(late.stopped()).toBe(true);
    expect(preview.camera.value.state).not.toBe('on');
  });
});
