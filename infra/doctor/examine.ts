// The order in which a server is looked at, and the time that each look may take; what cannot be asked after a failure is left out.
import type { Patient } from './Patient.ts';
import { checkAdmin } from './checks/admin.ts';
import { checkCall } from './checks/call.ts';
import { checkMachine, checkSettings, checkWorkerBinary } from './checks/machine.ts';
import { checkDoor, type Door } from './checks/media.ts';
import { checkClock, checkTimeService } from './checks/time.ts';
import { checkTurn } from './checks/turn.ts';
import { checkCertificate, checkHttp, checkPublic } from './checks/web.ts';
import { reasonOf } from './Door.ts';
import { found, levelOf, type Finding } from './findings.ts';

export interface Watcher {
  /** Something that may take a while begins. */
  onLook(what: string): void;
  onFinding(finding: Finding): void;
}

/** The longest of all, media over UDP and TCP at the ports of 32 Workers or two calls that fail, takes half of it. */
const LOOK_MS = 45_000;

/** Tells the findings as they come. Never rejects. */
export async function examine(patient: Patient, watcher: Watcher, lookMs = LOOK_MS): Promise<void> {
  const look = async (what: string, check: () => Promise<Finding[]> | Finding[]): Promise<Finding[]> => {
    watcher.onLook(what);
    const findings = await bounded(what, check, lookMs);
    for (const finding of findings) watcher.onFinding(finding);
    return findings;
  };
  await look('settings', () => checkSettings(patient));
  await look('media worker', () => checkWorkerBinary(patient));
  await look('time service', () => checkTimeService(patient));
  await look('port', () => checkHttp(patient));
  const certificate = await look('certificate', () => checkCertificate(patient));
  // Nobody opens a page with such a certificate, and neither do we.
  const isOpen = certificate.every(({ code }) => levelOf(code) !== 'broken');
  const page = isOpen ? await look('page', () => checkPublic(patient)) : [];
  const isReached = page.some(({ code }) => code === 'public.ok' || code === 'public.notBuilt');
  const told = isReached ? await look('the server’s own findings', () => checkAdmin(patient)) : [];
  // The running server knows its own limits; this process can only tell its own.
  if (!told.some(({ code }) => code === 'admin.ok')) await look('machine', () => checkMachine(patient));
  if (isReached) await examineInside(patient, look);
}

async function examineInside(
  patient: Patient,
  look: (what: string, check: () => Promise<Finding[]>) => Promise<Finding[]>,
): Promise<void> {
  await look('clock', () => checkClock(patient));
  let iceServers: Door['iceServers'] = null;
  await look('door and media ports', async () => {
    const door = await checkDoor(patient);
    iceServers = door.iceServers;
    return door.findings;
  });
  const told: Door['iceServers'] = iceServers;
  if (told === null) return;
  await look('call', () => checkCall(patient));
  await look('TURN', () => checkTurn(patient, told));
}

async function bounded(what: string, check: () => Promise<Finding[]> | Finding[], ms: number): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(() => resolve([found('doctor.late', { check: what })]), ms);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : reasonOf(error);
    return [found('doctor.failed', { check: what, why })];
  } finally {
    clearTimeout(timer);
  }
}
