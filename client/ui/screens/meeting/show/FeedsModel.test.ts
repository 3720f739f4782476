// The producer's feed links, on a client of the test's: made once, listed, taken away.
import { describe, expect, it } from 'vitest';
import { FakeRoomClient } from '../../../test/fakes.ts';
import { FeedsModel } from './FeedsModel.ts';

const create = () => {
  const client = new FakeRoomClient();
  const told: string[] = [];
  const formatFeedLink = ({ ticket, look }: Parameters<FeedsModelOptionsFormat>[0]) =>
    `${look.name} ${look.solo} ${ticket}`;
  const model = new FeedsModel({ client, tell: (text) => void told.push(text), formatFeedLink });
  return { client, told, model };
};
type FeedsModelOptionsFormat = ConstructorParameters<typeof FeedsModel>[0]['formatFeedLink'];

describe('the producer’s feed links', () => {
  it('O-2 are made of what was chosen, with a ticket each, and the name is free for the next one', async () => {
    const { model, told } = create();
    model.change({ name: ' Hall, OBS ', solo: 'Ben' });
    await model.make();
    expect(model.made.value).toEqual({ name: 'Hall, OBS', returns: false, link: `Hall, OBS Ben ${'T'.repeat(43)}` });
    expect([told, model.look.value.name]).toEqual([['A feed link was made: Hall, OBS'], '']);
    expect(model.feeds.value.map(({ label }) => label)).toEqual(['Hall, OBS']);
    await model.make();
    expect(model.feeds.value.map(({ label }) => label)).toEqual(['Hall, OBS', 'Feed']);
  });

  it('O-30 for a machine in a hall are made as such, by the server’s word too, and told as such', async () => {
    const { model, told } = create();
    model.change({ returns: true });
    await model.make();
    expect(model.made.value).toMatchObject({ name: 'Hall', returns: true });
    expect(model.feeds.value).toMatchObject([{ kind: 'return', label: 'Hall' }]);
    const [hall] = model.feeds.value;
    if (hall === undefined) throw new Error('no hall');
    await model.revoke(hall);
    expect(told).toEqual(['A return link was made: Hall', 'The return was taken away: Hall']);
  });

  it('O-3 that are revoked are listed no more, whether or not they were there still', async () => {
    const { client, model, told } = create();
    model.change({ name: 'Hall' });
    await model.make();
    const [feed] = model.feeds.value;
    if (feed === undefined) throw new Error('no feed');
    await model.revoke(feed);
    expect([model.feeds.value, model.made.value]).toEqual([[], null]);
    await model.revoke(feed);
    expect([client.tickets, told.at(-1)]).toEqual([[], 'The feed was taken away: Hall']);
  });

  it('O-8 made before the room’s link was replaced are made anew in one press, under the name they had', async () => {
    const { client, model, told } = create();
    model.change({ name: 'Hall' });
    await model.make();
    // What was sealed under the former link cannot be read any more.
    client.tickets.splice(0, 1, { feedId: 'f1', kind: 'feed', label: null, peerId: null });
    await model.refresh();
    const [stale] = model.feeds.value;
    if (stale === undefined) throw new Error('no feed');
    expect(model.nameOf(stale)).toBe('Hall');
    await model.renew(stale);
    expect(model.made.value?.name).toBe('Hall');
    expect(model.feeds.value.map(({ feedId, label }) => [feedId === stale.feedId, label])).toEqual([[false, 'Hall']]);
    expect(told.at(-1)).toBe('A feed link was made: Hall');
  });

  it('O-2 that cannot be made or revoked are told, and nothing changes', async () => {
    const { client, model, told } = create();
    model.change({ name: 'Hall' });
    await model.make();
    const [feed] = model.feeds.value;
    if (feed === undefined) throw new Error('no feed');
    const link = model.made.value?.link;
    client.feeds.create = async () => ({ ok: false, fault: 'notActing' });
    client.feeds.revoke = async () => ({ ok: false, fault: 'failed' });
    await model.make();
    await model.revoke(feed);
    expect([model.made.value?.link, model.feeds.value.length]).toEqual([link, 1]);
    expect(told.slice(-2)).toEqual(['Somebody else produces this show.', 'That did not work just now. Try again.']);
  });
});
