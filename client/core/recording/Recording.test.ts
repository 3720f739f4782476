// Nothing may be kept before everybody who is there was told, and the words of the others are theirs.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePayload, type GroupPayload } from '../talk/payload.ts';
import type { HostingView, Notice } from '../types.ts';
import { Recording } from './Recording.ts';

const settle = () => vi.advanceTimersByTimeAsync(1);
const members = (...peerIds: string[]) => peerIds.map((peerId) => ({ peerId }));
const hosting = (acting: string[], iAct: boolean): HostingView => ({
  mode: 'open',
  host: null,
  cohosts: [],
  acting,
  linkGeneration: 0,
  knocks: [],
  iAct,
  iAmHost: false,
});

const createScene = ({ acting = ['ben'], iAct = false } = {}) => {
  const said: (GroupPayload | null)[] = [];
  const notices: Omit<Notice, 'id' | 'atMs'>[] = [];
  const line = { isDown: false };
  const recording = new Recording({
    say: async (payload) => {
      if (line.isDown) throw new Error('lost');
      said.push(parsePayload(payload));
    },
    self: () => ({ peerId: 'ana', displayName: 'Ana' }),
    nameOf: (peerId) => peerId,
    hosting: () => hosting(acting, iAct),
    nowMs: () => Date.now(),
    notify: (notice) => void notices.push(notice),
    onChange: () => undefined,
  });
  const hear = (from: string, payload: GroupPayload): void =>
    recording.handle(payload, { from, displayName: from.toUpperCase(), epoch: 1 });
  return { recording, said, notices, hear, line };
};

describe('one’s own recording', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('may begin at once where nobody else is there', async () => {
    const { recording } = createScene();
    expect(await recording.start()).toBe(true);
    expect(recording.view.mine).toEqual({ state: 'on', told: [], askedToStop: false });
  });

  it('E-140 begins only once the server took the word to everybody who is there', async () => {
    const { recording, said, line } = createScene();
    recording.setMembers(members('ben'));
    line.isDown = true;
    recording.setReady(true);
    const outcomes: boolean[] = [];
    void recording.start().then((may) => outcomes.push(may));
    await settle();
    expect([outcomes, recording.view.mine]).toEqual([[], { state: 'telling' }]);
    line.isDown = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said).toEqual([{ t: 'recording', on: true }]);
    expect([outcomes, recording.view.mine]).toEqual([[true], { state: 'on', told: ['ben'], askedToStop: false }]);
  });

  it('E-140 keeps nothing of a newcomer who was not told yet, and forgets who was told and left', async () => {
    const { recording, said } = createScene();
    recording.setMembers(members('ben'));
    recording.setReady(true);
    void recording.start();
    await settle();
    recording.setMembers(members('ben', 'cora'));
    expect(recording.view.mine).toMatchObject({ told: ['ben'] });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(recording.view.mine).toMatchObject({ told: ['ben', 'cora'] });
    expect(said).toHaveLength(2);
    recording.setMembers(members('cora'));
    expect(recording.view.mine).toMatchObject({ told: ['cora'] });
  });

  it('is told to have ended, and does not begin where it was taken back before', async () => {
    const { recording, said, line } = createScene();
    recording.setMembers(members('ben'));
    recording.setReady(true);
    void recording.start();
    await settle();
    recording.stop();
    await settle();
    expect(said).toEqual([
      { t: 'recording', on: true },
      { t: 'recording', on: false },
    ]);
    line.isDown = true;
    const start = recording.start();
    await settle();
    recording.stop();
    expect(await start).toBe(false);
    expect(recording.view.mine).toEqual({ state: 'off' });
  });

  it('E-142 is asked to end by who acts as host and by nobody else', async () => {
    const { recording, notices, hear } = createScene();
    recording.setMembers(members('ben', 'cora'));
    recording.setReady(true);
    void recording.start();
    await settle();
    hear('cora', { t: 'stopRecording', peer: 'ana' });
    expect(recording.view.mine).toMatchObject({ askedToStop: false });
    hear('ben', { t: 'stopRecording', peer: 'ana' });
    hear('ben', { t: 'stopRecording', peer: 'ana' });
    expect(recording.view.mine).toMatchObject({ askedToStop: true });
    expect(notices).toEqual([{ kind: 'recordingAsked', displayName: 'BEN', self: true }]);
  });

  it('does not begin once the room is closed', async () => {
    const { recording } = createScene();
    recording.setMembers(members('ben'));
    const start = recording.start();
    recording.close();
    recording.close();
    expect(await start).toBe(false);
  });
});

describe('the recordings of the others', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('E-141 stand under the name of who signed the word, and are announced once', () => {
    const { recording, notices, hear } = createScene();
    recording.setMembers(members('ben', 'cora'));
    hear('ben', { t: 'recording', on: true });
    hear('ben', { t: 'recording', on: true });
    expect(recording.view.recorders).toMatchObject([{ peerId: 'ben', displayName: 'BEN', askedToStop: false }]);
    expect(notices).toEqual([{ kind: 'recording', displayName: 'BEN', peerId: 'ben' }]);
  });

  it('E-141 end by a word, and with who recorded', () => {
    const { recording, notices, hear } = createScene();
    recording.setMembers(members('ben', 'cora'));
    hear('ben', { t: 'recording', on: true });
    hear('cora', { t: 'recording', on: true });
    hear('ben', { t: 'recording', on: false });
    recording.setMembers(members('ben'));
    expect(recording.view.recorders).toEqual([]);
    expect(notices.map(({ kind }) => kind)).toEqual(['recording', 'recording', 'recordingEnded', 'recordingEnded']);
  });

  it('are listed but not announced anew where somebody begins and stops without end', () => {
    const { recording, notices, hear } = createScene();
    recording.setMembers(members('ben'));
    for (let times = 0; times < 20; times += 1) {
      hear('ben', { t: 'recording', on: true });
      expect(recording.view.recorders).toHaveLength(1);
      vi.advanceTimersByTime(100);
      hear('ben', { t: 'recording', on: false });
      expect(recording.view.recorders).toEqual([]);
    }
    expect(notices.map(({ kind }) => kind)).toEqual(['recording', 'recordingEnded']);
  });

  it('E-141 are nothing of somebody who is not in the group', () => {
    const { recording, hear } = createScene();
    recording.setMembers(members('ben'));
    hear('mallory', { t: 'recording', on: true });
    expect(recording.view.recorders).toEqual([]);
  });

  it('E-142 are asked to end, once and for all to see, by who acts as host', async () => {
    const { recording, said, hear } = createScene({ acting: ['ana'], iAct: true });
    recording.setMembers(members('ben'));
    recording.setReady(true);
    recording.askToStop('ben');
    hear('ben', { t: 'recording', on: true });
    recording.askToStop('ben');
    recording.askToStop('ben');
    await settle();
    expect(said).toEqual([{ t: 'stopRecording', peer: 'ben' }]);
    expect(recording.view.recorders).toMatchObject([{ askedToStop: true }]);
  });
});
