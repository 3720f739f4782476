// Rules of HostModel.ts.
import { signal } from '@preact/signals';
import { beforeEach, expect, test } from 'vitest';
import type { HostingView, HostOutcome } from '#core';
import { setLanguage } from '../../../i18n/index.ts';
import { FakeRoomClient, NOBODY_LEADS } from '../../../test/fakes.ts';
import { HostModel } from './HostModel.ts';

const BEN = { peerId: 'ben', name: 'Ben' };

/** A room whose mode follows what is asked, as the group's does. */
const start = (changes: Partial<HostingView> = {}) => {
  const client = new FakeRoomClient();
  let hosting: HostingView = { ...NOBODY_LEADS, iAct: true, ...changes };
  const { setMode } = client.hosting;
  client.hosting.setMode = async (mode) => {
    const outcome = await setMode(mode);
    if (outcome.ok) hosting = { ...hosting, mode };
    return outcome;
  };
  const told: string[] = [];
  const model = new HostModel({
    client,
    hosting: () => hosting,
    tell: (text, tone) => told.push(`${tone}: ${text}`),
  });
  return { client, model, told };
};

beforeEach(() => setLanguage('en'));

test.each([
  ['approve', 'open', ['mode approve', 'remove ben']],
  ['locked', 'open', ['mode locked', 'remove ben']],
  ['nothing', 'open', ['remove ben']],
  ['nothing', 'approve', ['remove ben']],
  ['approve', 'approve', ['remove ben']],
  ['newLink', 'open', ['mode locked', 'remove ben', 'new link', 'mode open']],
  ['newLink', 'approve', ['remove ben', 'new link']],
] as const)('a removal with “%s” in a room that is %s takes these steps, in this order', async (next, mode, steps) => {
  const { client, model, told } = start({ mode });
  await model.remove(BEN, next);
  expect(client.calls).toEqual(steps);
  expect(told).toEqual(['plain: You removed Ben']);
  expect(model.dialog.value).toEqual(next === 'newLink' ? { name: 'newLink', step: 'done' } : { name: 'none' });
});

test('a removal that the group refuses is told, leaves the door as it was and makes no new link', async () => {
  for (const next of ['approve', 'newLink'] as const) {
    const { client, model, told } = start();
    client.hosting.removePeer = async () => ({ ok: false, fault: 'busy' });
    await model.remove(BEN, next);
    expect(client.calls).toEqual([`mode ${next === 'approve' ? 'approve' : 'locked'}`, 'mode open']);
    expect(told).toEqual([expect.stringContaining('warning: The room is changing its keys')]);
    expect(model.dialog.value).toEqual({ name: 'none' });
  }
});

test('of one who left meanwhile it is said, and what was chosen for afterwards holds', async () => {
  const { client, model, told } = start();
  client.hosting.removePeer = async () => ({ ok: false, fault: 'notThere' });
  await model.remove(BEN, 'locked');
  expect(client.calls).toEqual(['mode locked']);
  expect(told[0]).toBe('warning: That person is not there any more.');
});

test('of modes that are asked for in a row the last one holds, and the first is not asked for again', async () => {
  const { client, model } = start();
  const first = model.setMode('approve');
  void model.setMode('open');
  void model.setMode('locked');
  expect(model.wantedMode.value).toBe('locked');
  await first;
  expect(client.calls).toEqual(['mode approve', 'mode locked']);
  expect(model.wantedMode.value).toBeNull();
});

test('a mode that the group has adopted is the wanted one until the view shows it, and no longer', async () => {
  const shown = signal<HostingView>({ ...NOBODY_LEADS, iAct: true, mode: 'approve' });
  const model = new HostModel({ client: new FakeRoomClient(), hosting: () => shown.value, tell: () => undefined });
  await model.setMode('locked');
  expect(model.wantedMode.value).toBe('locked');
  shown.value = { ...shown.value, mode: 'locked' };
  expect(model.wantedMode.value).toBeNull();
  await Promise.resolve();
  shown.value = { ...shown.value, mode: 'approve' };
  expect(model.wantedMode.value).toBeNull();
  // Another one who leads was faster.
  await model.setMode('open');
  expect(model.wantedMode.value).toBe('open');
  shown.value = { ...shown.value, mode: 'locked' };
  expect(model.wantedMode.value).toBeNull();
});

test('a mode that the group refuses falls back to the one that holds, and is told', async () => {
  const { client, model, told } = start();
  client.hostOutcome = { ok: false, fault: 'notActing' };
  await model.setMode('locked');
  expect(model.wantedMode.value).toBeNull();
  expect(told).toEqual(['warning: Only the host can do that now.']);
});

test('a knock is being answered until the group has said so', async () => {
  const { client, model, told } = start();
  const answer = Promise.withResolvers<HostOutcome>();
  client.hosting.admit = () => answer.promise;
  const admitting = model.admit(['dan', 'eve']);
  const refusing = model.refuse(['flo']);
  expect([...model.answering.value]).toEqual(['dan', 'eve', 'flo']);
  await refusing;
  expect([...model.answering.value]).toEqual(['dan', 'eve']);
  answer.resolve({ ok: false, fault: 'failed' });
  await admitting;
  expect([...model.answering.value]).toEqual([]);
  expect(told).toEqual(['warning: That did not work. Try again.']);
});

test('a co-host is named beside the others, and un-named alone', async () => {
  const { client, model } = start({ cohosts: ['ana', 'ben'] });
  await model.setCohost('clo', true);
  await model.setCohost('ben', false);
  expect(client.calls).toEqual(['cohosts ana ben clo', 'cohosts ana']);
});

test('a new link is shown once the group has it, and a dialog that was closed meanwhile stays closed', async () => {
  const { model, told } = start();
  model.askNewLink();
  const making = model.makeNewLink();
  expect(model.dialog.value).toEqual({ name: 'newLink', step: 'busy' });
  await making;
  expect(model.dialog.value).toEqual({ name: 'newLink', step: 'done' });
  const again = model.makeNewLink();
  model.closeDialog();
  await again;
  expect(model.dialog.value).toEqual({ name: 'none' });
  expect(told).toEqual([]);
});

test('a link that cannot be made closes the dialog and says why', async () => {
  const { client, model, told } = start();
  client.hostOutcome = { ok: false, fault: 'notActing' };
  await model.makeNewLink();
  expect(model.dialog.value).toEqual({ name: 'none' });
  expect(told).toEqual(['warning: Only the host can do that now.']);
});

test('a new link that the server does not take stays said, with the dialog or without it, until it takes it', async () => {
  const { client, model, told } = start();
  client.hostOutcome = { ok: false, fault: 'untold' };
  await model.makeNewLink();
  expect(model.dialog.value).toEqual({ name: 'newLink', step: 'untold' });
  model.closeDialog();
  expect(model.linkUntold.value).toBe(true);
  client.hostOutcome = { ok: false, fault: 'busy' };
  await model.announceLink();
  expect(model.dialog.value).toEqual({ name: 'newLink', step: 'untold' });
  expect(told).toEqual([]);
  client.hostOutcome = { ok: true };
  await model.announceLink();
  expect(model.dialog.value).toEqual({ name: 'newLink', step: 'done' });
  expect(model.linkUntold.value).toBe(false);
  expect(client.calls).toEqual(['new link', 'announce link', 'announce link']);
});
