// What 25 people cost who are seen and heard at once: the share of one core that opening their frames takes.
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { attach, createEnd, encoded, frameOf, GROUP, Lane, type End, type Kind } from './ends.ts';
import { pause, type CpuSeconds, type Plan, type Sample } from './plan.ts';

const PEOPLE = 25;
const TICK_MS = 10;
/** Frames a second and bytes: 290 kbit/s of picture, 48 kbit/s of sound. */
const STREAMS = { video: { fps: 30, bytes: 1_200 }, audio: { fps: 50, bytes: 120 } } as const;
const KINDS = ['video', 'audio'] as const;

type Sealed = Record<Kind, ArrayBuffer[]>;

async function sealedFrames(ana: End, seconds: number): Promise<Sealed> {
  const sealed: Sealed = { video: [], audio: [] };
  const seal = (kind: Kind): Promise<void> =>
    new Promise((resolve) => {
      const { fps, bytes } = STREAMS[kind];
      const lane = attach(ana, 'send', kind);
      // One more than is due, for the tick that comes late.
      const count = Math.ceil(fps * (seconds + 1));
      lane.onOut = ({ data }) => void (sealed[kind].push(data) === count && resolve());
      for (let index = 0; index < count; index++) lane.push(encoded(kind, bytes, index === 0));
    });
  await Promise.all(KINDS.map(seal));
  return sealed;
}

interface Person {
  kind: Kind;
  lane: Lane;
  next: number;
}

/** Each person has a keyring of their own, so that the same sealed frames can be opened 25 times. */
async function seat(opens: boolean): Promise<{ people: Person[]; close(): void }> {
  const people: Person[] = [];
  const ends: End[] = [];
  for (let index = 0; index < PEOPLE; index++) {
    const ben = createEnd(1);
    await ben.enter(0);
    ends.push(ben);
    for (const kind of KINDS) {
      const lane = opens ? attach(ben, 'receive', kind) : new Lane();
      if (!opens) lane.passThrough();
      people.push({ kind, lane, next: 0 });
    }
  }
  return { people, close: () => ends.forEach(({ engine }) => engine.close()) };
}

/** CPU seconds per second while the frames of all come in on time. */
async function run(sealed: Sealed, seconds: number, opens: boolean, cpu: CpuSeconds): Promise<number> {
  const { people, close } = await seat(opens);
  let out = 0;
  let due = 0;
  for (const { lane } of people) lane.onOut = () => void out++;
  const push = ({ kind, lane, next }: Person): EncodedFrame | void => {
    const bytes = sealed[kind][next];
    if (bytes !== undefined) lane.push(frameOf(kind, bytes));
  };
  const cpuBefore = await cpu();
  const startMs = performance.now();
  let elapsed = 0;
  while (elapsed < seconds) {
    await pause(TICK_MS);
    elapsed = (performance.now() - startMs) / 1_000;
    for (const person of people) {
      for (; person.next < Math.floor(elapsed * STREAMS[person.kind].fps); person.next++, due++) push(person);
    }
  }
  const share = ((await cpu()) - cpuBefore) / ((performance.now() - startMs) / 1_000);
  await pause(200);
  close();
  if (out < due * 0.99) throw new Error(`only ${out} of ${due} frames came through`);
  return share;
}

/** `incoming-25`: with frames opened, beside the same frames through the same streams untouched. */
export async function measureIncoming(plan: Plan, cpu: CpuSeconds): Promise<Sample[]> {
  const ana = createEnd(0);
  await ana.enter(0);
  ana.keyring.sendFrom(GROUP, 0);
  const sealed = await sealedFrames(ana, plan.loadSeconds);
  ana.engine.close();
  const values: number[] = [];
  const floors: number[] = [];
  for (let pair = 0; pair < Math.min(plan.pairs, 3); pair++) {
    values.push(await run(sealed, plan.loadSeconds, true, cpu));
    floors.push(await run(sealed, plan.loadSeconds, false, cpu));
  }
  return [{ name: 'incoming-25', unit: 'cores', values, floors }];
}
