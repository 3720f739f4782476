// Being recorded for who produces, on the speaker's page: when it runs, what becomes of the file, and what is found after a reload.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IsoView, RoomView } from '#core';
import { RecorderError } from '../../../media/recording/Recorder.ts';
import { FakeRoomClient, LINK, roomView } from '../../../test/fakes.ts';
import { IsoMemory } from './isoMemory.ts';
import { IsoModel, type IsoModelOptions, type Take } from './IsoModel.ts';

const ASK = { id: 'ask1', mode: 'onAir', by: 'ana', displayName: 'Ana', own: false } as const;
const NOTHING: IsoView = { ask: null, mine: { state: 'none' }, speakers: [], outgoing: [], incoming: [] };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Storage of a browser, for this and the next page. */
const fakeStorage = (): Storage => {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    key: (at: number) => [...items.keys()][at] ?? null,
    get length() {
      return items.size;
    },
  } as Storage;
};

type TakeOptions = Parameters<NonNullable<IsoModelOptions['createTake']>>[0];

const createScene = (files: Record<string, number> = {}) => {
  const client = new FakeRoomClient();
  const view = signal<RoomView>(roomView());
  const told: string[] = [];
  const takes: { options: TakeOptions; log: string[]; fault: Error | null }[] = [];
  const faults: Error[] = [];
  const model = new IsoModel({
    client,
    view,
    speak: (text) => void told.push(`aloud: ${text}`),
    tell: (text) => void told.push(text),
    fileOf: async (name) => (name in files ? ({ name, size: files[name] } as File) : null),
    createTake: (options): Take => {
      const take = { options, log: [] as string[], fault: faults.shift() ?? null };
      takes.push(take);
      const name = options.nameOf('camera', 7_000) + '.webm';
      return {
        bytes: 10,
        prepare: async () => {
          take.log.push('prepare');
          if (take.fault !== null) throw take.fault;
        },
        run: async () => {
          take.log.push('run');
          options.onBegun({ name, startMs: 7_000 });
        },
        followScreen: async () => undefined,
        finish: async () => {
          take.log.push('finish');
          if (!take.log.includes('run')) return [];
          files[name] = 10;
          options.onMade(name, { name, startMs: 7_000 });
          return [{ name, startMs: 7_000 }];
        },
      };
    },
  });
  const show = async (iso: Partial<IsoView>): Promise<void> => {
    view.value = roomView({ iso: { ...NOTHING, ask: ASK, ...iso } });
    model.follow(view.value);
    await settle();
  };
  return { client, model, view, told, takes, faults, show };
};

const NAME = 'Maya – 1970-01-01 00.00.07.000Z.webm';
const DUE = { mine: { state: 'agreed', due: true } } as const;
const ON = { mine: { state: 'on', due: true, sinceMs: 0 } } as const;

beforeEach(() => {
  vi.stubGlobal('localStorage', fakeStorage());
  vi.stubGlobal('sessionStorage', fakeStorage());
});
afterEach(() => void vi.unstubAllGlobals());

describe('a recording of oneself', () => {
  it('E-197 is prepared, then told, then kept, and handed over when it is over', async () => {
    const { client, model, takes, show } = createScene();
    await show({ mine: { state: 'agreed', due: false } });
    expect(takes).toEqual([]);
    await show(DUE);
    expect([takes[0]?.log, client.calls, model.own.value.state]).toEqual([['prepare', 'run'], ['iso begin'], 'on']);
    await show(ON);
    await show({ mine: { state: 'on', due: false, sinceMs: 0 } });
    expect(takes).toHaveLength(1);
    expect(client.calls).toEqual(['iso begin', 'iso ended well', `iso hand ${NAME} 7000`]);
    expect([model.own.value.state, model.offers.value]).toEqual(['off', []]);
    model.close();
  });

  it('E-197 keeps nothing where it was taken back before it was told', async () => {
    const { client, model, takes, show } = createScene();
    client.isoBegins = false;
    await show(DUE);
    expect(takes[0]?.log).toEqual(['prepare', 'finish']);
    expect(client.calls).not.toContainEqual(expect.stringContaining('iso hand'));
    model.close();
  });

  it('E-197 ends by a press of the person, and what was kept is offered and goes nowhere by itself', async () => {
    const { client, model, show } = createScene();
    await show(DUE);
    await show(ON);
    model.stop();
    await settle();
    expect(client.calls).toEqual(['iso begin', 'iso answer false', 'iso ended well']);
    expect(model.offers.value).toMatchObject([{ name: NAME, size: 10 }]);
    await model.send(model.offers.value[0] ?? expect.fail('nothing is offered'));
    expect(client.calls.at(-1)).toBe(`iso hand ${NAME} 7000`);
    expect(model.offers.value).toEqual([]);
    await model.cancel('out4');
    expect(model.offers.value).toMatchObject([{ name: NAME }]);
    model.close();
  });

  it('E-197 that could not begin says why to the person and the producer, and does not begin again by itself', async () => {
    const { client, model, told, takes, faults, show } = createScene();
    faults.push(new RecorderError('noSpace'));
    await show(DUE);
    await show(DUE);
    expect(takes).toHaveLength(1);
    expect(client.calls).toEqual(['iso ended noSpace']);
    expect(model.own.value).toEqual({ state: 'failed', fault: 'noSpace' });
    expect(told).toContain('There is too little free space on this device to record. Make room, then try again.');
    model.tryAgain();
    await settle();
    expect(takes).toHaveLength(2);
    model.close();
  });

  it('E-196 of who produces stays among the recordings on their device', async () => {
    const { client, model, show } = createScene();
    await show({ ...DUE, ask: { ...ASK, own: true } });
    await show({ ask: null });
    expect(client.calls).toEqual(['iso begin', 'iso ended well']);
    expect(model.offers.value).toEqual([]);
    model.close();
  });

  it('E-197 gives the recorder a microphone and a camera that are on, and no others', async () => {
    const { model, view, takes, show } = createScene();
    await show(DUE);
    const { track } = takes[0]?.options ?? expect.fail('nothing is recorded');
    expect([track('mic'), track('camera'), track('screen')]).toEqual([null, null, null]);
    const mic = { id: 'mic' } as MediaStreamTrack;
    const self = { ...view.value.self, mic: { state: 'on', track: mic, sealed: true } } as const;
    view.value = { ...view.value, self };
    expect(track('mic')).toBe(mic);
    view.value = { ...view.value, self: { ...self, mic: { state: 'muted', track: mic } } };
    expect(track('mic')).toBeNull();
    model.close();
  });
});

describe('the question', () => {
  it('E-197 is read aloud once, and its answer holds over a reload of the page', async () => {
    const first = createScene();
    await first.show({ mine: { state: 'asked' } });
    await first.show({ mine: { state: 'asked' } });
    expect(first.told.filter((line) => line.startsWith('aloud: Ana, who produces the show, asks'))).toHaveLength(1);
    first.model.answer(true);
    first.model.close();
    const next = createScene();
    await next.show({ mine: { state: 'asked' } });
    expect(next.client.calls).toEqual(['iso answer true']);
    await next.show({ ask: { ...ASK, id: 'ask2' }, mine: { state: 'asked' } });
    expect(next.client.calls).toEqual(['iso answer true']);
    next.model.close();
  });
});

describe('what is found after a reload', () => {
  const repick = {
    id: 'out1',
    name: NAME,
    size: 10,
    startMs: 7_000,
    state: { state: 'repick', bytes: 0 },
  } as const;

  it('E-198 goes on where it was under way, is offered where it was not, and forgotten where it is gone', async () => {
    const memory = new IsoMemory(LINK.roomId);
    memory.put({ name: 'sent.webm', startMs: 1, id: 'out1' });
    memory.put({ name: 'cut off.webm', startMs: 2, id: null });
    memory.put({ name: 'gone.webm', startMs: 3, id: null });
    const { client, model, view, show } = createScene({ 'sent.webm': 10, 'cut off.webm': 20 });
    view.value = roomView({ iso: { ...NOTHING, outgoing: [repick] } });
    await settle();
    await show({ outgoing: [repick] });
    expect(client.calls).toEqual(['iso again out1']);
    expect(model.offers.value).toMatchObject([{ name: 'cut off.webm', size: 20 }]);
    expect(new IsoMemory(LINK.roomId).all.map(({ name }) => name)).toEqual(['sent.webm', 'cut off.webm']);
    model.close();
  });

  it('E-198 is forgotten once it is handed over, which the person is told', async () => {
    new IsoMemory(LINK.roomId).put({ name: NAME, startMs: 7_000, id: 'out1' });
    const { client, model, told, show } = createScene({ [NAME]: 10 });
    await show({ outgoing: [{ ...repick, state: { state: 'handed' } }] });
    expect(client.calls).toContain('iso cancel out1');
    expect(told.join()).toContain('was handed to the producer');
    expect(new IsoMemory(LINK.roomId).all).toEqual([]);
    model.close();
  });

  it('reads nothing but what it wrote', () => {
    localStorage.setItem(`conclave.iso.${LINK.roomId}`, '[{"name": 5}, {"name": "a", "startMs": 1, "id": null}, null]');
    expect(new IsoMemory(LINK.roomId).all).toEqual([{ name: 'a', startMs: 1, id: null }]);
    localStorage.setItem(`conclave.iso.${LINK.roomId}`, '{');
    expect(new IsoMemory(LINK.roomId).all).toEqual([]);
  });
});
