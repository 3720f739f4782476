// Rules of AppModel.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppModel } from './AppModel.ts';
import { fakeServices, fakeTrack, LINK, LINK_TEXT, MemoryStorage, ORIGIN, roomView } from './test/fakes.ts';

let local: MemoryStorage;
let session: MemoryStorage;
let pushed: string[];

/** The address bar, as `pathname` and `hash` only. */
const stubAddress = (pathname: string, hash = ''): void => {
  const location = { origin: ORIGIN, pathname, hash };
  const go = (_state: unknown, _title: string, path: string): void => {
    pushed.push(path);
    Object.assign(location, { pathname: path, hash: '' });
  };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', { state: null, pushState: go, replaceState: go });
};

beforeEach(() => {
  local = new MemoryStorage();
  pushed = [];
  vi.stubGlobal('localStorage', local);
  session = new MemoryStorage();
  vi.stubGlobal('sessionStorage', session);
  vi.stubGlobal('navigator', { languages: [], permissions: { query: () => Promise.resolve({ state: 'prompt' }) } });
  stubAddress('/');
});
afterEach(() => vi.unstubAllGlobals());

const visitOf = (app: AppModel) => {
  const screen = app.screen.value;
  if (!('visit' in screen)) throw new Error(`still at ${screen.name}`);
  return screen.visit;
};

describe('the way in', () => {
  test('stands ready once the room has answered, goes over to whoever goes in, and ends with a visit that leads nowhere', async () => {
    const services = fakeServices();
    const app = new AppModel(services);
    await app.newMeeting();
    await vi.waitFor(() => expect(services.doorsteps).toEqual([{ warm: 1, closed: false }]));
    await app.join(visitOf(app), 'Ana', { devices: false });
    expect(services.options[0]?.doorstep).toBe(visitOf(app).doorstep);
    expect(services.doorsteps[0]?.closed).toBe(false);
    app.rejoin(visitOf(app));
    app.goHome();
    expect(services.doorsteps[1]?.closed).toBe(true);
  });
});

describe('New meeting', () => {
  test('leads to the pre-join screen as host, keeps the host’s token, and puts no secret into the address', async () => {
    const app = new AppModel(fakeServices());
    await app.newMeeting();
    expect(app.screen.value.name).toBe('preJoin');
    expect(visitOf(app)).toMatchObject({ host: true, linkText: LINK_TEXT });
    expect(local.items.get(`conclave.host.${LINK.roomId}`)).toBe('host-token');
    expect(pushed).toEqual([`/r/${LINK.roomId}`]);
  });

  test.each([
    ['disconnected', 'unreachable'],
    ['capacity', 'refused'],
    ['rate_limited', 'refused'],
    ['internal', 'failed'],
  ])('says what to do when the server answers %s', async (code, fault) => {
    const services = fakeServices();
    services.createError = Object.assign(new Error(code), { code });
    const app = new AppModel(services);
    await app.newMeeting();
    expect(app.creating.value).toEqual({ state: 'failed', fault });
    expect(app.screen.value.name).toBe('home');
  });
});

describe('a link', () => {
  test('in the address opens its room as a guest', async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const app = new AppModel(fakeServices());
    app.openAddress();
    expect(app.screen.value.name).toBe('preJoin');
    expect(visitOf(app).host).toBe(false);
    await vi.waitFor(() => expect(visitOf(app).probe.value).toMatchObject({ ok: true, peersInRoom: 2 }));
  });

  test('without its end is told on a page of its own, under the address that came', () => {
    stubAddress(`/r/${LINK.roomId}`);
    const app = new AppModel(fakeServices());
    app.openAddress();
    expect(app.screen.value).toEqual({ name: 'brokenLink', fault: 'fragmentMissing' });
    expect(pushed).toEqual([]);
    expect(app.openPasted(LINK_TEXT)).toBeNull();
    expect(app.screen.value.name).toBe('preJoin');
  });

  test('to a room that the server forgot makes it again on the device that made it, under the same link', async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    local.setItem(`conclave.host.${LINK.roomId}`, 'old-token');
    const services = fakeServices();
    services.probe = { ok: false, reason: 'roomGone' };
    const app = new AppModel(services);
    app.openAddress();
    const visit = visitOf(app);
    services.createError = Object.assign(new Error('down'), { code: 'disconnected' });
    await app.reopen(visit);
    expect(app.creating.value).toEqual({ state: 'failed', fault: 'unreachable' });
    services.createError = null;
    services.probe = { ok: true, peersInRoom: 0, mode: 'open' };
    await app.reopen(visitOf(app));
    expect(local.getItem(`conclave.host.${LINK.roomId}`)).toBe('new-token');
    expect(visitOf(app)).toMatchObject({ linkText: visit.linkText, host: true });
    await vi.waitFor(() => expect(visitOf(app).probe.value).toMatchObject({ ok: true }));
  });

  test('to a room that was ended forgets that this device made it, once the server refuses to make it again', async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    local.setItem(`conclave.host.${LINK.roomId}`, 'old-token');
    const services = fakeServices();
    services.createError = Object.assign(new Error('taken'), { code: 'conflict' });
    const app = new AppModel(services);
    app.openAddress();
    await app.reopen(visitOf(app));
    // Somebody else had made it again.
    expect(visitOf(app).host).toBe(true);
    services.probe = { ok: false, reason: 'roomGone' };
    await app.reopen(visitOf(app));
    expect(visitOf(app).host).toBe(false);
    expect(local.items.size).toBe(0);
  });

  test('to no page of ours is told at the start page, whose address it takes', () => {
    stubAddress('/nonsense');
    const app = new AppModel(fakeServices());
    app.openAddress();
    expect(app.screen.value).toEqual({ name: 'home', fault: 'noSuchPage' });
    expect(pushed).toEqual(['/']);
  });

  test('a watch link that is pasted leads to the page that it is for, whole', () => {
    const services = fakeServices();
    const watchLink = `${ORIGIN}/w/${LINK.roomId}#1v.secret.h`;
    services.parseLink = () => ({ ok: true, link: { ...LINK, kind: 'viewer' } });
    services.formatLink = () => watchLink;
    const left: string[] = [];
    Object.assign(location, { assign: (address: string) => left.push(address) });
    const app = new AppModel(services);
    expect(app.openPasted(watchLink)).toBeNull();
    expect([left, app.screen.value.name]).toEqual([[watchLink], 'home']);
  });

  test('that is pasted is opened, or answered with what is wrong with it', () => {
    const app = new AppModel(fakeServices());
    expect(app.openPasted('  ')).toBe('empty');
    expect(app.openPasted(`${ORIGIN}/r/${LINK.roomId}`)).toBe('fragmentMissing');
    expect(app.screen.value.name).toBe('home');
    expect(app.openPasted(LINK_TEXT)).toBeNull();
    expect(app.screen.value.name).toBe('preJoin');
  });

  test('that the room goes over to is shown, kept for a reload, and used to come back', async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const services = fakeServices();
    services.formatLink = ({ secret }) => `${ORIGIN}/r/${LINK.roomId}#1.secret${secret[0]}.h`;
    const app = new AppModel(services);
    app.openAddress();
    const visit = visitOf(app);
    await app.join(visit, 'Maya', { devices: false });
    services.clients[0]?.link.set({ ...LINK, secret: new Uint8Array(24).fill(7) });
    const text = `${ORIGIN}/r/${LINK.roomId}#1.secret7.h`;
    expect(visit.linkText).toBe(text);
    expect(sessionStorage.getItem(`conclave.link.${LINK.roomId}`)).toBe(text);
    app.rejoin(visit);
    expect(visitOf(app)).toMatchObject({ linkText: text, link: { secret: new Uint8Array(24).fill(7) } });
    services.clients[0]?.link.set(LINK);
    expect(visitOf(app).linkText).toBe(text);
  });

  test('comes with the mode that the host chose last in its room, on the host’s device alone', async () => {
    local.setItem(`conclave.mode.${LINK.roomId}`, 'approve');
    const services = fakeServices();
    const join = async () => {
      stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
      const app = new AppModel(services);
      app.openAddress();
      await app.join(visitOf(app), 'Maya', { devices: false });
    };
    await join();
    local.setItem(`conclave.host.${LINK.roomId}`, 'host-token');
    await join();
    expect(services.options.map(({ hostMode }) => hostMode)).toEqual([undefined, 'approve']);
  });

  test('to the room that is open already does not throw anybody out of it', async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const services = fakeServices();
    const app = new AppModel(services);
    app.openAddress();
    await app.join(visitOf(app), 'Maya', { devices: false });
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    app.openAddress();
    expect(app.screen.value.name).toBe('call');
    expect(services.clients[0]?.calls).toEqual(['join']);
  });

  test.each([
    ['roomEnded', []],
    ['left', ['host', 'mode']],
    ['roomGone', ['host', 'mode']],
  ] as const)('keeps what a host has of a room that ended as %s, or forgets it: %o', async (reason, kept) => {
    const services = fakeServices();
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    local.setItem(`conclave.host.${LINK.roomId}`, 'token');
    local.setItem(`conclave.mode.${LINK.roomId}`, 'approve');
    const app = new AppModel(services);
    app.openAddress();
    await app.join(visitOf(app), 'Maya', { devices: false });
    services.clients[0]?.set({ phase: 'ended', reason });
    const found = [...local.items.keys()].filter((key) => key.includes(LINK.roomId)).toSorted();
    expect(found).toEqual(kept.map((what) => `conclave.${what}.${LINK.roomId}`));
  });

  test('to the room that has just ended in this tab leads back to its pre-join screen', async () => {
    const services = fakeServices();
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const app = new AppModel(services);
    app.openAddress();
    const visit = visitOf(app);
    await app.join(visit, 'Maya', { devices: false });
    services.clients[0]?.set({ phase: 'ended', reason: 'roomEnded' });
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    app.openAddress();
    expect(app.screen.value.name).toBe('preJoin');
    expect(visitOf(app)).not.toBe(visit);
    expect(services.clients[0]?.calls).toContain('close');
  });
});

describe('the page that says what is protected', () => {
  test.each(['/protect', '/protect/'])('opens by its address %s, and leads to the start page', (address) => {
    stubAddress(address);
    const app = new AppModel(fakeServices());
    app.openAddress();
    expect(app.screen.value).toEqual({ name: 'protect' });
    app.goHome();
    expect(app.screen.value.name).toBe('home');
    expect(pushed).toEqual(['/']);
  });

  test('is opened from the start page under its own address, and left by going back', () => {
    const app = new AppModel(fakeServices());
    app.openProtect();
    expect(app.screen.value).toEqual({ name: 'protect' });
    expect(pushed).toEqual(['/protect']);
    stubAddress('/');
    app.openAddress();
    expect(app.screen.value).toEqual({ name: 'home', fault: null });
  });
});

describe('a split that was seen', () => {
  const enter = async () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const services = fakeServices();
    const app = new AppModel(services);
    app.openAddress();
    await app.join(visitOf(app), 'Maya', { devices: false });
    const client = services.clients[0];
    if (client === undefined) throw new Error('no client');
    return { app, client, options: services.options[0] };
  };

  test('E-66 is told to the next client of the room in this tab, until the person went on', async () => {
    const first = await enter();
    expect(first.options).not.toHaveProperty('splitSeen');
    first.client.show(roomView({ security: { state: 'fenced', cause: 'split' }, splitSeen: true }));
    first.app.leaveNow();
    const second = await enter();
    expect(second.options).toMatchObject({ splitSeen: true });
    second.client.show(roomView());
    expect((await enter()).options).not.toHaveProperty('splitSeen');
  });

  test('E-66 is of its room alone', async () => {
    const { client } = await enter();
    client.show(roomView({ splitSeen: true }));
    expect([...session.items.keys()].filter((key) => key.includes('split'))).toEqual([`conclave.split.${LINK.roomId}`]);
  });
});

describe('joining', () => {
  const atPreJoin = () => {
    stubAddress(`/r/${LINK.roomId}`, '#1.secret.h');
    const services = fakeServices();
    const app = new AppModel(services);
    app.openAddress();
    return { app, services, visit: visitOf(app) };
  };

  test('asks for devices first where nobody was asked, and goes in with what there is', async () => {
    const { app, services, visit } = atPreJoin();
    services.faults = { camera: 'notFound' };
    await app.join(visit, 'Maya', { devices: true });
    expect(services.opened).toEqual(['mic', 'camera']);
    expect(services.options[0]).toHaveProperty('mic');
    expect(services.options[0]).not.toHaveProperty('camera');
    expect(app.screen.value).toMatchObject({ name: 'call', call: { faults: { camera: 'notFound' } } });
  });

  test('without devices asks for none, and lets go of those that run', async () => {
    const { app, services, visit } = atPreJoin();
    const track = fakeTrack();
    visit.preview.mic.value = { state: 'on', track };
    await app.join(visit, 'Maya', { devices: false });
    expect(services.opened).toEqual([]);
    expect(services.options[0]).not.toHaveProperty('mic');
    expect(track.stopped()).toBe(true);
  });

  test('hands the host’s token over where this device made the room', async () => {
    const services = fakeServices();
    const app = new AppModel(services);
    await app.newMeeting();
    await app.join(visitOf(app), 'Maya', { devices: false });
    expect(services.options[0]).toMatchObject({ hostToken: 'host-token', displayName: 'Maya', link: LINK });
  });

  test('does not happen for somebody who went back while the browser asked', async () => {
    const { app, services, visit } = atPreJoin();
    const answer = Promise.withResolvers<MediaStreamTrack>();
    const getMicrophone = vi.fn(() => answer.promise);
    services.getMicrophone = getMicrophone;
    const joining = app.join(visit, 'Maya', { devices: true });
    await vi.waitFor(() => expect(getMicrophone).toHaveBeenCalled());
    app.goHome();
    const late = fakeTrack();
    answer.resolve(late);
    await joining;
    expect(services.clients).toEqual([]);
    expect(late.stopped()).toBe(true);
    expect(app.screen.value.name).toBe('home');
  });

  test('again leads back to the pre-join screen and closes the call that was', async () => {
    const { app, services, visit } = atPreJoin();
    await app.join(visit, 'Maya', { devices: false });
    app.rejoin(visit);
    expect(app.screen.value.name).toBe('preJoin');
    expect(services.clients[0]?.calls).toEqual(['join', 'leave', 'close']);
  });

  test('shows oneself by a copy of the camera, which goes out once one is in or has gone back', async () => {
    for (const wayOut of ['in', 'back'] as const) {
      const { app, services, visit } = atPreJoin();
      const copy = fakeTrack();
      visit.preview.camera.value = { state: 'on', track: Object.assign(fakeTrack(), { clone: () => copy }) };
      visit.preview.asked.value = true;
      const arrival = Promise.withResolvers<void>();
      const make = services.createRoomClient;
      services.createRoomClient = (options) => Object.assign(make(options), { join: () => arrival.promise });
      const joining = app.join(visit, 'Maya', { devices: true });
      expect(app.screen.value).toMatchObject({ name: 'call', call: { picture: copy } });
      expect(copy.stopped()).toBe(false);
      if (wayOut === 'back') app.rejoin(visit);
      else arrival.resolve();
      if (wayOut === 'in') await joining;
      expect(copy.stopped()).toBe(true);
    }
  });

  test('ends when the tab goes away', async () => {
    const { app, services, visit } = atPreJoin();
    await app.join(visit, 'Maya', { devices: false });
    app.leaveNow();
    expect(services.clients[0]?.calls).toEqual(['join', 'leave']);
  });
});
