import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VideoCodec } from '#e2ee';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import { CodecTalk } from './CodecTalk.ts';

const said = (from: string, can: string[], self = false) => ({
  from,
  self,
  payload: encodePayload({ t: 'codecs', can }),
});

function newTalk(can: VideoCodec[] | null) {
  const spoken: unknown[] = [];
  const heard: VideoCodec[][][] = [];
  const state = { can, deaf: false };
  const talk = new CodecTalk({
    say: async (payload) => {
      if (state.deaf) throw new Error('nobody hears');
      spoken.push(parsePayload(payload));
    },
    own: () => state.can,
    onChange: (lists) => heard.push([...lists.values()]),
  });
  return { talk, spoken, heard, state };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('members telling each other what their devices can', () => {
  it('say nothing where everybody can what is preferred', async () => {
    const { talk, spoken } = newTalk(['vp8', 'vp9']);
    talk.setMembers(['ana', 'ben']);
    await settle();
    expect(spoken).toEqual([]);
  });

  it('speak where they lack it, once, and again for whoever comes', async () => {
    const { talk, spoken } = newTalk(['vp9']);
    talk.setMembers(['ana']);
    await settle();
    talk.setMembers(['ana']);
    await settle();
    expect(spoken).toEqual([{ t: 'codecs', can: ['vp9'] }]);
    talk.setMembers(['ana', 'ben']);
    await settle();
    expect(spoken).toHaveLength(2);
  });

  it('answer whoever spoke, and take only codecs that are known', async () => {
    const { talk, spoken, heard } = newTalk(['vp8', 'h264']);
    talk.setMembers(['ana']);
    talk.handleSaid(said('ana', ['h264', 'vp9', 'theora']));
    await settle();
    expect(heard).toEqual([[['vp9', 'h264']]]);
    expect(spoken).toEqual([{ t: 'codecs', can: ['vp8', 'h264'] }]);
  });

  it('forget who left, and do not listen to themselves', async () => {
    const { talk, heard } = newTalk(['vp8']);
    talk.setMembers(['ana']);
    talk.handleSaid(said('me', ['av1'], true));
    expect(heard).toEqual([]);
    talk.handleSaid(said('ana', ['av1']));
    talk.setMembers([]);
    expect(heard).toEqual([[['av1']], []]);
  });

  it('speak once they know what they can, and again a second after nobody heard them', async () => {
    const { talk, spoken, state } = newTalk(null);
    talk.setMembers(['ana']);
    await settle();
    Object.assign(state, { can: ['av1'], deaf: true });
    talk.speak();
    await settle();
    expect(spoken).toEqual([]);
    state.deaf = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(spoken).toEqual([{ t: 'codecs', can: ['av1'] }]);
  });

  it('say nothing after they were closed', async () => {
    const { talk, spoken, heard } = newTalk(['av1']);
    talk.close();
    talk.setMembers(['ana']);
    talk.handleSaid(said('ana', ['av1']));
    await settle();
    expect([spoken, heard]).toEqual([[], []]);
  });
});
