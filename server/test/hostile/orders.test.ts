// Orders to other people's devices: given by who may not, by who may but said twice, and by the server itself.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePayload, type GroupPayload } from '../../../client/core/talk/payload.ts';
import { Insider } from './Insider.ts';
import { everyoneLists, Stage, together, within, type Person } from './Stage.ts';

let stage: Stage;
let host: Person;
let bo: Person;
beforeEach(async () => {
  stage = await Stage.open();
  host = await stage.attend('Host', { host: true });
  bo = await stage.attend('Bo', { devices: ['mic'] });
  await together(host, bo);
});
afterEach(() => stage.close());

const micOf = ({ view }: Person) => view().self.mic.state;
const kindsOf = ({ view }: Person) => view().notices.map(({ kind }) => kind);

describe('orders', () => {
  it('E-130, E-132, E-133 of a member that does not lead are heeded by nobody, whoever the server says it was', async () => {
    const eve = await Insider.enter(stage, 'Eve');
    await everyoneLists(2, host, bo);
    const { groupId, epoch, client } = eve;
    const words: GroupPayload[] = [
      { t: 'order', do: 'mute', to: null },
      { t: 'order', do: 'askCamera', to: bo.peerId },
      { t: 'spotlight', on: eve.peerId, n: 7 },
      { t: 'ending' },
      { t: 'chat', id: 'afterwards', text: 'said last', at: 1 },
    ];
    for (const word of words) {
      const message = await eve.seal(encodePayload(word));
      stage.villain.say(bo.peerId, 'mls:message', { groupId, epoch, from: host.peerId, message });
      await client.request('mls:message', { groupId, epoch, message: await eve.seal(encodePayload(word)) });
    }
    await vi.waitFor(() => expect(bo.texts()).toEqual(['Eve: said last (sent)']), within);
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    expect(micOf(bo)).toBe('on');
    expect(bo.view()).toMatchObject({ asked: [], spotlight: null });
    expect(kindsOf(bo).filter((kind) => kind !== 'joined')).toEqual([]);
    expect(host.client.state.get().phase).toBe('in');

    expect(await host.client.orders.give('mute', bo.peerId)).toEqual({ ok: true });
    await vi.waitFor(() => expect(micOf(bo)).toBe('muted'), within);
  });

  it('E-130 that the server gives out a second time are heeded once', async () => {
    await host.client.orders.give('mute', bo.peerId);
    await vi.waitFor(() => expect(micOf(bo)).toBe('muted'), within);
    await bo.client.setMic(true);
    for (const message of stage.villain.saidTo(bo.peerId, 'mls:message')) {
      stage.villain.say(bo.peerId, 'mls:message', message);
    }
    host.client.chat.send('said last');
    await vi.waitFor(() => expect(bo.texts()).toEqual(['Host: said last (sent)']), within);
    expect(micOf(bo)).toBe('on');
    expect(kindsOf(bo).filter((kind) => kind === 'mutedBy')).toHaveLength(1);
  });

  it('E-133 to end that come from the server alone end the place, and are shown as nobody’s word', async () => {
    stage.villain.say(bo.peerId, 'room:closed', { reason: 'ended' });
    await vi.waitFor(() => expect(bo.client.state.get()).toEqual({ phase: 'ended', reason: 'roomEnded' }), within);
  });

  it('E-133 to end that the server keeps to itself end the meeting all the same, by the host’s word', async () => {
    stage.villain.intercept = (_from, { name }) => (name === 'room:end' ? { ok: true, data: {} } : undefined);
    expect(await host.client.orders.endForAll()).toEqual({ ok: true });
    expect(host.client.state.get()).toEqual({ phase: 'ended', reason: 'roomEnded', by: { self: true } });
    const by = { self: false, displayName: 'Host' };
    await vi.waitFor(() => expect(bo.client.state.get()).toEqual({ phase: 'ended', reason: 'roomEnded', by }), within);
  });
});
