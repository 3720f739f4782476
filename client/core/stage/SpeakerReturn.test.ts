// A speaker whose page loads anew, at the device of who produces: name and title come back to that device, and to nobody else.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed } from '../test/talkBed.ts';
import { SpeakerReturn } from './SpeakerReturn.ts';
import type { StageView } from './stageTypes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PRODUCER = 'prod';

/** A show of everybody who is there, described at the producer alone; each page is on a device of its own. */
function createBed() {
  const people = new Map<string, { name: string; title: string }>();
  const kept = new Map<string, string>();
  let open = true;
  const here = new Map<string, SpeakerReturn>();
  const showAt = (self: string): StageView['show'] =>
    !open
      ? null
      : ({
          iProduce: self === PRODUCER,
          people: [...people].map(([peerId, as]) => ({
            peerId,
            ...as,
            role: peerId === PRODUCER ? 'producer' : 'speaker',
            self: peerId === self,
          })),
        } as StageView['show']);
  const follow = () => here.forEach((part) => part.follow());
  const talk = createTalkBed(
    (context) => {
      const { peerId } = context.self();
      const describe = (whom: string, as: { name?: string; title?: string }) => {
        people.set(whom, { name: whom, title: '', ...people.get(whom), ...as });
        follow();
        return { ok: true } as const;
      };
      return new SpeakerReturn(context, () => showAt(peerId), describe);
    },
    (name) => ({
      speakerStore: {
        read: () => kept.get(deviceOf(name)) ?? null,
        write: (text) => void kept.set(deviceOf(name), text ?? ''),
      },
    }),
  );
  return {
    kept,
    titleOf: (name: string) => people.get(name)?.title,
    title: (name: string, title: string) => {
      people.set(name, { name, title });
      follow();
    },
    close: () => {
      open = false;
      follow();
      open = true;
    },
    come: (name: string) => {
      people.set(name, { name, title: '' });
      const talker = talk.come(name);
      here.set(name, talker.part);
      follow();
      return { ...talker, leave: () => (people.delete(name), here.delete(name), talker.leave(), follow()) };
    },
    pass: talk.pass,
  };
}
/** `ana` and `ana-2` are two pages of one device. */
const deviceOf = (name: string): string => name.split('-')[0] ?? name;

/** Hashes and seals take turns of the real loop. */
const settle = async (bed: ReturnType<typeof createBed>): Promise<void> => {
  for (let times = 0; times < 6; times++) {
    await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    await bed.pass(400);
  }
};

async function show() {
  const bed = createBed();
  const producer = bed.come(PRODUCER);
  const ana = bed.come('ana');
  await settle(bed);
  await vi.waitFor(() => expect(bed.kept.get('ana')).toBeDefined());
  bed.title('ana', 'Surgeon');
  return { bed, ana, producer };
}

describe('a speaker', () => {
  it('E-210 has their title again when their page loads anew, and another time', async () => {
    const { bed, ana } = await show();
    ana.leave();
    const again = bed.come('ana-2');
    expect(bed.titleOf('ana-2')).toBe('');
    await vi.waitFor(async () => {
      await settle(bed);
      expect(bed.titleOf('ana-2')).toBe('Surgeon');
    });
    await settle(bed);
    again.leave();
    bed.come('ana-3');
    await vi.waitFor(async () => {
      await settle(bed);
      expect(bed.titleOf('ana-3')).toBe('Surgeon');
    });
  });

  it('E-210 has it only once the old place is gone', async () => {
    const { bed, ana } = await show();
    bed.come('ana-2');
    await settle(bed);
    expect([bed.titleOf('ana'), bed.titleOf('ana-2')]).toEqual(['Surgeon', '']);
    ana.leave();
    await vi.waitFor(async () => {
      await settle(bed);
      expect(bed.titleOf('ana-2')).toBe('Surgeon');
    });
  });

  it('E-210 is not who comes from another device, nor who says their secret again', async () => {
    const { bed, ana, producer } = await show();
    ana.leave();
    const back = bed.come('ana-2');
    await vi.waitFor(async () => {
      await settle(bed);
      expect(bed.titleOf('ana-2')).toBe('Surgeon');
    });
    const [tag] = back.said as { t: string; h: string; was: string }[];
    expect(tag).toMatchObject({ t: 'speakerTag', was: expect.any(String) });
    back.leave();
    bed.come('eve');
    producer.part.handle(tag as never, { from: 'eve', displayName: 'eve', epoch: 1 });
    await settle(bed);
    expect(bed.titleOf('eve')).toBe('');
  });

  it('E-210 has it again at a fresh place under the Peer id of before', async () => {
    const { bed, ana } = await show();
    ana.leave();
    bed.come('ana');
    expect(bed.titleOf('ana')).toBe('');
    await vi.waitFor(async () => {
      await settle(bed);
      expect(bed.titleOf('ana')).toBe('Surgeon');
    });
  });

  it('E-210 is described anew in the next show', async () => {
    const { bed, ana } = await show();
    bed.close();
    ana.leave();
    bed.come('ana-2');
    await settle(bed);
    expect(bed.titleOf('ana-2')).toBe('');
  });
});
