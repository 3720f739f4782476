// Rules of MeetingModel.ts.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChatEntry, RoomState, RoomView } from '#core';
import type { Call } from '../../AppModel.ts';
import { setLanguage } from '../../i18n/index.ts';
import {
  chatEntry,
  FakeRoomClient,
  fakeServices,
  fakeTrack,
  fileEntry,
  MemoryStorage,
  NOBODY_LEADS,
  roomView,
} from '../../test/fakes.ts';
import { MeetingModel } from './MeetingModel.ts';

const entry = (id: string, self = false): ChatEntry => chatEntry(id, { self });
const withMic = (mic: RoomView['self']['mic']): RoomView => {
  const view = roomView();
  return { ...view, self: { ...view.self, mic } };
};

const start = (faults: Call['faults'] = {}, first = roomView()) => {
  const client = new FakeRoomClient();
  const state = signal<RoomState>({ phase: 'in', ...first });
  const { effects } = fakeServices();
  const model = new MeetingModel({ client, state, faults, effects, picture: null, close: () => undefined }, first, 0);
  const show = (view: RoomView): void => {
    state.value = { phase: 'in', ...view };
  };
  return { client, model, show, state };
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', new MemoryStorage());
  setLanguage('en');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the microphone', () => {
  test('is turned on from off and muted, off from on, and left alone while it starts', async () => {
    const { client, model, show } = start();
    await model.toggle('mic');
    show(withMic({ state: 'starting' }));
    await model.toggle('mic');
    show(withMic({ state: 'on', track: fakeTrack(), sealed: true }));
    await model.toggle('mic');
    expect(client.calls).toEqual(['mic true', 'mic false']);
  });

  test('that fails is told in words, aloud and on the screen', async () => {
    const { client, model } = start();
    client.outcome = { ok: false, fault: 'busy' };
    await model.toggle('mic');
    expect(model.toasts.value).toMatchObject([{ tone: 'warning', text: expect.stringContaining('Another program') }]);
    expect(model.spoken.value.text).toBe(model.toasts.value[0]?.text);
  });

  test('that failed on the way in is told once inside', () => {
    const { model } = start({ mic: 'notFound' });
    expect(model.toasts.value.map((toast) => toast.text)).toEqual([expect.stringContaining('No microphone was found')]);
  });
});

test('closing the picker of windows is no fault', async () => {
  const { client, model } = start();
  client.outcome = { ok: false, fault: 'cancelled' };
  await model.toggle('screen');
  expect(model.toasts.value).toEqual([]);
});

describe('the chat', () => {
  test('counts what came while it was closed, and forgets the count when opened', () => {
    const { model, show } = start();
    show(roomView({ chat: [entry('1'), entry('2', true)] }));
    expect(model.chats.unread.value).toBe(1);
    model.togglePanel('chat');
    expect(model.chats.unread.value).toBe(0);
    show(roomView({ chat: [entry('1'), entry('2', true), entry('3')] }));
    expect(model.chats.unread.value).toBe(0);
    model.togglePanel('chat');
    show(roomView({ chat: [entry('1'), entry('2', true), entry('3'), entry('4')] }));
    expect(model.chats.unread.value).toBe(1);
  });

  test('tells of a new file as of a message, and on the screen too where the list is not there to be seen', () => {
    const { model, show } = start();
    const withFiles = (...ids: string[]): RoomView =>
      roomView({ files: { limits: null, entries: ids.map((id) => fileEntry(id)) } });
    show(withFiles('1'));
    expect(model.spoken.value.text).toBe('Ana sends plan.pdf, 5 MB');
    expect(model.toasts.value.map(({ text }) => text)).toEqual(['Ana sends plan.pdf, 5 MB']);
    expect(model.chats.unread.value).toBe(1);
    model.togglePanel('chat');
    model.speak('');
    show(withFiles('1', '2'));
    expect(model.spoken.value.text).toBe('Ana sends plan.pdf, 5 MB');
    expect(model.toasts.value).toHaveLength(1);
    expect(model.chats.unread.value).toBe(0);
  });

  test('is read aloud with its sender’s name', () => {
    const { model, show } = start();
    show(roomView({ chat: [entry('1')] }));
    expect(model.spoken.value.text).toBe('Ana writes: hello');
  });
});

describe('what is read aloud', () => {
  const joined = (id: number, displayName: string) => ({ id, atMs: 0, kind: 'joined', displayName }) as const;
  const comparison = { state: 'compared' as const, atMs: 1, names: ['Ana'], came: [], returned: [], left: [] };

  test('is everything that happened at once, in one line', () => {
    const { model, show } = start();
    show(roomView({ notices: [joined(1, 'Ana'), joined(2, 'Ben')] }));
    expect(model.spoken.value.text).toBe('Ana joined. Ben joined');
  });

  test('E-101 is that one who joined is not verified, once, while the toast says that they joined', () => {
    const { model, show } = start({}, roomView({ comparison }));
    show(roomView({ comparison: { ...comparison, came: ['Dana'] }, notices: [joined(1, 'Dana')] }));
    expect(model.spoken.value.text).toBe('Dana joined and is not verified');
    expect(model.toasts.value.map(({ text }) => text)).toEqual(['Dana joined']);
  });

  test('E-67 is not the alarm, which its own banner says at once', () => {
    const { model, show } = start();
    show(roomView({ security: { state: 'fenced', cause: 'split' }, splitSeen: true }));
    expect(model.spoken.value.text).toBe('');
    show(roomView({ security: { state: 'fenced', cause: 'stale' } }));
    expect(model.spoken.value.text).toContain('Nothing of yours is being sent');
  });
});

describe('messages that pass', () => {
  const joined = { id: 1, atMs: 0, kind: 'joined', displayName: 'Ana' } as const;

  test('go by themselves, warnings later', () => {
    const { model, show } = start();
    show(roomView({ notices: [joined, { id: 2, atMs: 0, kind: 'draining' }] }));
    expect(model.toasts.value.map((toast) => toast.tone)).toEqual(['plain', 'warning']);
    vi.advanceTimersByTime(5_000);
    expect(model.toasts.value.map((toast) => toast.tone)).toEqual(['warning']);
    vi.advanceTimersByTime(10_000);
    expect(model.toasts.value).toEqual([]);
  });

  test('go at once where what they announced has come: the server is gone', () => {
    const { model, show } = start();
    const notices = [joined, { id: 2, atMs: 0, kind: 'draining' } as const];
    show(roomView({ notices }));
    show(roomView({ notices, connection: 'restarting' }));
    expect(model.toasts.value.map((toast) => toast.tone)).toEqual(['plain']);
  });

  test('are three at most, the newest', () => {
    const { model } = start();
    for (const text of ['1', '2', '3', '4']) model.tell(text);
    expect(model.toasts.value.map((toast) => toast.text)).toEqual(['2', '3', '4']);
  });

  test('of the past are not told to one who just came', () => {
    const { model } = start({}, roomView({ notices: [joined] }));
    expect(model.toasts.value).toEqual([]);
  });
});

describe('leading', () => {
  const dan = { peerId: 'dan', displayName: 'Dan', keyHash: 'd' };
  const knocked = { id: 1, atMs: 0, kind: 'knock', peerId: 'dan', displayName: 'Dan' } as const;
  const waiting = roomView({ hosting: { ...NOBODY_LEADS, iAct: true, knocks: [dan] }, notices: [knocked] });

  test('a knock is told by name, aloud and with a way to answer it, and goes when it is answered', async () => {
    const { client, model, show } = start();
    show(waiting);
    expect(model.toasts.value).toMatchObject([{ text: 'Dan asks to come in', knock: 'dan' }]);
    expect(model.spoken.value.text).toBe('Dan asks to come in');
    vi.advanceTimersByTime(5_000);
    expect(model.toasts.value).toHaveLength(1);
    await model.hosts.admit(['dan']);
    expect(client.calls).toEqual(['admit dan']);
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true }, notices: [knocked] }));
    expect(model.toasts.value).toEqual([]);
  });

  test('a knock is only said aloud where the list of people is open, and its message goes when that is opened', () => {
    const { model, show } = start();
    show(waiting);
    model.togglePanel('people');
    expect(model.toasts.value).toEqual([]);
    const eve = { ...dan, peerId: 'eve', displayName: 'Eve' };
    const second = { ...knocked, id: 2, peerId: 'eve', displayName: 'Eve' };
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true, knocks: [dan, eve] }, notices: [knocked, second] }));
    expect(model.toasts.value).toEqual([]);
    expect(model.spoken.value.text).toBe('Eve asks to come in');
  });

  test('a fault of leading is told aloud and on the screen', async () => {
    const { client, model } = start();
    client.hostOutcome = { ok: false, fault: 'notActing' };
    await model.hosts.admit(['dan']);
    expect(model.spoken.value.text).toBe('Only the host can do that now.');
    expect(model.toasts.value).toMatchObject([{ tone: 'warning', text: model.spoken.value.text }]);
  });

  test('a new mode is said with who chose it, or with nobody where that is not certain', () => {
    const { model, show } = start();
    const said = (notice: object) => {
      const { notices } = model.view.value;
      const next = { id: notices.length + 1, atMs: 0, kind: 'mode', ...notice } as const;
      show(roomView({ notices: [...notices, next as (typeof notices)[number]] }));
      return model.spoken.value.text;
    };
    expect(said({ mode: 'locked', displayName: 'Ana' })).toBe('Ana locked the room');
    expect(said({ mode: 'locked', self: true })).toBe('You locked the room');
    expect(said({ mode: 'approve' })).toBe('Newcomers have to be let in from now on');
  });

  test('the host’s device keeps the mode that it chose for the room, and no other device does', () => {
    const { client, show } = start();
    const key = `conclave.mode.${client.link.get().roomId}`;
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true, mode: 'locked' } }));
    expect(localStorage.getItem(key)).toBeNull();
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true, iAmHost: true, mode: 'approve' } }));
    expect(localStorage.getItem(key)).toBe('approve');
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true, iAmHost: true, mode: 'open' } }));
    expect(localStorage.getItem(key)).toBeNull();
  });

  test('the host’s device keeps a mode as soon as it is chosen, and what the group has where it was refused', async () => {
    const { model, client, show } = start();
    const key = `conclave.mode.${client.link.get().roomId}`;
    show(roomView({ hosting: { ...NOBODY_LEADS, iAct: true, iAmHost: true, mode: 'approve' } }));
    let refuse = (): void => undefined;
    client.hosting.setMode = () => new Promise((resolve) => (refuse = () => resolve({ ok: false, fault: 'failed' })));
    const choosing = model.hosts.setMode('locked');
    expect(localStorage.getItem(key)).toBe('locked');
    refuse();
    await choosing;
    expect(localStorage.getItem(key)).toBe('approve');
  });

  test('a mode that the group had not taken when the host’s page went away is kept all the same', async () => {
    const hosting = { ...NOBODY_LEADS, iAct: true, iAmHost: true, mode: 'approve' as const };
    const { model, client, state } = start({}, roomView({ hosting }));
    let fail = (): void => undefined;
    client.hosting.setMode = () => new Promise((resolve) => (fail = () => resolve({ ok: false, fault: 'failed' })));
    const choosing = model.hosts.setMode('locked');
    state.value = { phase: 'ended', reason: 'left' } as RoomState;
    fail();
    await choosing;
    expect(localStorage.getItem(`conclave.mode.${client.link.get().roomId}`)).toBe('locked');
  });
});

test('the last other speaker is remembered, oneself is not', () => {
  const { model, show } = start();
  show(roomView({ activeSpeaker: 'ana' }));
  show(roomView({ activeSpeaker: 'me' }));
  show(roomView({ activeSpeaker: null }));
  expect(model.stage.lastSpeaker.value).toBe('ana');
});

test('the last view stays on screen while the call ends', () => {
  const { model, show, state } = start();
  const view = roomView({ activeSpeaker: 'ana' });
  show(view);
  state.value = { phase: 'ended', reason: 'left' };
  expect(model.view.value.activeSpeaker).toBe('ana');
});

test('once closed it follows nothing more', () => {
  const { model, show } = start();
  model.close();
  model.close();
  show(roomView({ chat: [entry('1')] }));
  expect(model.spoken.value.text).toBe('');
});
