// Rules of OrderModel.ts.
import { beforeEach, expect, test } from 'vitest';
import { setLanguage } from '../../../i18n/index.ts';
import { FakeRoomClient } from '../../../test/fakes.ts';
import { OrderModel } from './OrderModel.ts';

const BEN = { peerId: 'ben', name: 'Ben' };

const start = () => {
  const client = new FakeRoomClient();
  const told: string[] = [];
  const model = new OrderModel({
    client,
    turnOn: async (device) => void client.calls.push(`on ${device}`),
    tell: (text, tone) => told.push(`${tone}: ${text}`),
  });
  return { client, model, told };
};

beforeEach(() => setLanguage('en'));

test('an order is given to one or to all, and it is said what was told, not what came of it', async () => {
  const { client, model, told } = start();
  await model.give('stopVideo', BEN);
  await model.muteAll();
  expect(client.calls).toEqual(['order stopVideo ben', 'order mute all']);
  expect(told).toEqual(['plain: Ben’s device was told to stop its video', 'plain: Everyone’s device was told to mute']);
});

test('an order or a spotlight that is refused says why', async () => {
  const { client, model, told } = start();
  client.hostOutcome = { ok: false, fault: 'notActing' };
  await model.give('mute', BEN);
  model.spotlight('ben');
  expect(told).toEqual(['warning: Only the host can do that now.', 'warning: Only the host can do that now.']);
});

test('what is asked is turned on by the press, and otherwise only taken away', async () => {
  const { client, model } = start();
  await model.answer('mic', false);
  await model.answer('camera', true);
  expect(client.calls).toEqual(['dismiss mic', 'on camera', 'dismiss camera']);
});

test('each person has a volume of their own, silence is one of them, and full volume is not kept', () => {
  const { model } = start();
  expect(model.volumeOf('ben')).toBe(100);
  model.toggleSilence('ben');
  model.setVolume('ana', 40);
  expect([...model.volumes.value]).toEqual([
    ['ben', 0],
    ['ana', 40],
  ]);
  model.toggleSilence('ben');
  expect([...model.volumes.value]).toEqual([['ana', 40]]);
});

test('the end for everybody is asked for once it is confirmed, and a room that stays open is said so until it is closed', async () => {
  const { client, model, told } = start();
  model.askEnd();
  expect(client.calls).toEqual([]);
  client.hostOutcome = { ok: false, fault: 'failed' };
  await model.endForAll();
  expect(model.dialog.value).toEqual({ name: 'end', step: 'failed' });
  client.hostOutcome = { ok: false, fault: 'busy' };
  await model.endForAll();
  expect(model.dialog.value).toEqual({ name: 'none' });
  expect(told).toEqual(['warning: The room is changing its keys. Try again in a moment.']);
});
