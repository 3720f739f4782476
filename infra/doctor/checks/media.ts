// The door and what is behind it: a place in a Room by the API and the socket, and the media ports of every Worker, knocked at as a browser would.
import { askBinding } from '../askBinding.ts';
import { openPlace, StepError, type Place } from '../Door.ts';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';
import { targetOf, type Target, type Way } from '../peer/answer.ts';

/** Places that are tried where nobody says how many Workers there are. */
const UNKNOWN_WORKERS = 4;
/** Rooms go to the Worker with the least to do, which need not be another one each time. */
const TRIES_PER_WORKER = 2;
const MOST_TRIES = 32;
/** Several packets may be lost on the way. */
const KNOCK_MS = 4_000;

export interface Door {
  findings: Finding[];
  /** The TURN servers that it was told, with credentials; null where nobody was let in. */
  iceServers: Place['iceServers'] | null;
}

/** @param knockMs how long an answer of a media port is waited for */
export async function checkDoor(patient: Patient, knockMs = KNOCK_MS): Promise<Door> {
  const places: Place[] = [];
  try {
    const refused = await takePlaces(patient, places);
    const [first] = places;
    if (first === undefined) return { findings: refused, iceServers: null };
    return { findings: [found('door.ok'), ...(await knock(patient, places, knockMs))], iceServers: first.iceServers };
  } finally {
    await Promise.all(places.map((place) => place.end()));
  }
}

/** @returns what is in the way of the first; that later ones are refused, a full server for example, is not what is asked here */
async function takePlaces({ origin, local }: Patient, places: Place[]): Promise<Finding[]> {
  const workers = local?.config.media.workers ?? UNKNOWN_WORKERS;
  const most = local === null ? UNKNOWN_WORKERS : Math.min(MOST_TRIES, workers * TRIES_PER_WORKER);
  for (let tries = 0; tries < most; tries += 1) {
    if (portsOf(places).size >= workers) break;
    try {
      places.push(await openPlace(origin));
    } catch (error) {
      if (places.length > 0) break;
      return [refusal(error)];
    }
  }
  return [];
}

function refusal(error: unknown): Finding {
  if (!(error instanceof StepError)) throw error;
  const { step, why } = error;
  if (step === 'api' && why === 'forbidden') return found('door.closed');
  return found(`door.${step}`, { why });
}

const portsOf = (places: readonly Place[]): Set<number> =>
  new Set(places.map(({ offered }) => targetOf(offered, 'udp')?.port ?? targetOf(offered, 'tcp')?.port ?? 0));

async function knock({ local }: Patient, places: readonly Place[], knockMs: number): Promise<Finding[]> {
  const distinct = [...new Map(places.map((place) => [targetOf(place.offered, 'udp')?.port, place])).values()];
  const findings: Finding[] = [];
  for (const way of ['udp', 'tcp'] as const) findings.push(...(await knockBy(way, distinct, knockMs)));
  const { firstPort = 0, workers = 0 } = local?.config.media ?? {};
  const seen = portsOf(places);
  const unseen = Array.from({ length: firstPort === 0 ? 0 : workers }, (_, index) => firstPort + index).filter(
    (port) => !seen.has(port),
  );
  return unseen.length === 0 ? findings : [...findings, found('media.unseen', { ports: unseen.join(', ') })];
}

async function knockBy(way: Way, places: readonly Place[], knockMs: number): Promise<Finding[]> {
  const asked = await Promise.all(
    places.map(async ({ offered }) => {
      const target = targetOf(offered, way);
      return target === null ? null : { target, knock: await askBinding(offered, way, target, knockMs) };
    }),
  );
  const answers = asked.filter((answer) => answer !== null);
  const [first] = answers;
  if (first === undefined) return [];
  const list = (targets: { target: Target }[]): string => targets.map(({ target }) => target.port).join(', ');
  const { address } = first.target;
  const closed = answers.flatMap((answer) => (answer.knock.heard ? [] : [{ ...answer, why: answer.knock.why }]));
  const protocol = way.toUpperCase();
  if (closed[0] !== undefined)
    return [found('media.closed', { protocol, address, ports: list(closed), why: closed[0].why })];
  return [found('media.ok', { protocol, address, ports: list(answers) })];
}
