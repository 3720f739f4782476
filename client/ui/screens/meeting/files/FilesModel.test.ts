// What is said of files, on the screen and aloud, and what is done with those that are dropped or picked.
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { FileEntry, FilesView, FileState } from '#core';
import { FakeRoomClient, fileEntry } from '../../../test/fakes.ts';
import { sizeText, spanText } from '../../../i18n/size.ts';
import { FilesModel } from './FilesModel.ts';
import { stateText } from './fileWords.ts';

const MAX = 10_603_000_000;
const entry = (state: FileState, more: Partial<FileEntry> = {}): FileEntry => fileEntry('ana/1', { state, ...more });

function createScene(first: FilesView = { limits: { maxFileBytes: MAX, ttlMs: 1 }, entries: [] }) {
  const files = signal(first);
  const client = new FakeRoomClient();
  const told: string[] = [];
  let shown = 0;
  const model = new FilesModel({
    client,
    files: () => files.value,
    show: () => (shown += 1),
    tell: (text, tone) => told.push(`${tone}: ${text}`),
  });
  const show = (...entries: FileEntry[]) => (files.value = { ...files.value, entries });
  return { model, client, told, show, shown: () => shown };
}

describe('FilesModel', () => {
  it('says once what became of a file, and nothing of its progress; that it is new is said as of a message', () => {
    const { show, told } = createScene();
    show(entry({ state: 'offered' }));
    show(entry({ state: 'downloading', bytes: 1, bytesPerSecond: null, secondsLeft: null }));
    show(entry({ state: 'downloading', bytes: 2, bytesPerSecond: null, secondsLeft: null }));
    show(entry({ state: 'failed', direction: 'down', fault: 'storageShort' }));
    show(entry({ state: 'done' }));
    expect(told).toEqual([
      'warning: plan.pdf: Too little space on this device. Make room and try again.',
      'plain: plan.pdf is saved',
    ]);
  });

  it('says nothing of what was there before, as after a reload', () => {
    const { told } = createScene({ limits: null, entries: [entry({ state: 'offered' })] });
    expect(told).toEqual([]);
  });

  it('shows the files and sends what is dropped or picked; nothing where the server takes none', () => {
    const { model, client, shown } = createScene();
    model.offer([]);
    model.offer([new File(['x'], 'a.txt'), new File(['y'], 'b.txt')]);
    expect([client.calls, shown()]).toEqual([['offer a.txt b.txt'], 1]);
    const none = createScene({ limits: { maxFileBytes: 0, ttlMs: 1 }, entries: [] });
    none.model.offer([new File(['x'], 'a.txt')]);
    expect([none.client.calls, none.told]).toEqual([[], ['warning: The server takes no files.']]);
  });

  it('names those that move while their entry is not in sight, and no others', () => {
    const { model, show } = createScene();
    const moving: FileState = { state: 'uploading', bytes: 1, bytesPerSecond: null, secondsLeft: null };
    show(fileEntry('1', { state: moving }), fileEntry('2', { state: moving }), fileEntry('3'));
    const away = () => model.away.value.map(({ id }) => id);
    expect(away()).toEqual([]);
    for (const id of ['1', '3']) model.see(id, false);
    expect(away()).toEqual(['1']);
    show(fileEntry('1', { state: { state: 'uploaded' } }), fileEntry('2', { state: moving }));
    expect(away()).toEqual([]);
    model.see('2', false);
    expect(away()).toEqual(['2']);
    model.see('2', true);
    expect(away()).toEqual([]);
  });

  it('says so where another file was picked', () => {
    const { model, told } = createScene();
    model.pickAgain('id', new File([], 'same.txt'));
    model.pickAgain('id', new File([], 'other.txt'));
    model.pickAgain('id', undefined);
    expect(told).toEqual(['warning: That is not the same file.']);
  });
});

describe('the words of a file', () => {
  it('are how much of it, how fast and how long, as far as that is known', () => {
    const moving = { state: 'uploading', bytes: 1_250_000, bytesPerSecond: 500_000, secondsLeft: 8 } as const;
    expect(stateText(entry(moving))).toBe('1.25 MB of 5 MB · 500 kB a second · 8 sec left');
    expect(stateText(entry({ ...moving, bytesPerSecond: null, secondsLeft: null }))).toBe('1.25 MB of 5 MB');
    expect(stateText(entry({ state: 'paused', direction: 'up', bytes: 0 }))).toBe('Paused · 0 bytes of 5 MB');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [2 ** 31, '2.15 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

  it.each([
    [1, '1 sec'],
    [89, '89 sec'],
    [90, '2 min'],
    [5_400, '2 hr'],
  ])('%d seconds are %s', (seconds, text) => expect(spanText(seconds)).toBe(text));
});
