// The page as people get it: the port on this machine, the public origin, its certificate, and that both are the same server.
import { connect, checkServerIdentity, type PeerCertificate } from 'node:tls';
import * as v from 'valibot';
import { serverName } from '../askTurn.ts';
import { reasonOf } from '../Door.ts';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';

const TIMEOUT_MS = 8_000;
/** What renews certificates does so a month before; a fortnight before it must have tried several times. */
const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

const Keys = v.object({ keys: v.array(v.object({ kid: v.string() })) });
const Readiness = v.object({ isDraining: v.boolean(), hasWorker: v.boolean() });

interface Answer {
  status: number;
  text: string;
  date: string | null;
  sentAtMs: number;
  gotAtMs: number;
}

/** Rejects with the system's reason. */
export async function get(url: string): Promise<Answer> {
  const sentAtMs = Date.now();
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const gotAtMs = Date.now();
  const text = await response.text();
  return { status: response.status, text, date: response.headers.get('date'), sentAtMs, gotAtMs };
}

const tokenKeys = async (origin: string): Promise<string | null> => {
  try {
    const parsed = v.safeParse(
      v.pipe(v.string(), v.parseJson(), Keys),
      (await get(`${origin}/.well-known/jwks.json`)).text,
    );
    return parsed.success ? parsed.output.keys.map(({ kid }) => kid).join(' ') : null;
  } catch {
    return null;
  }
};

/** The server itself, past whatever stands in front of it. */
export async function checkHttp({ local }: Patient): Promise<Finding[]> {
  if (local === null) return [];
  try {
    await get(`${local.httpUrl}/healthz`);
    return [found('http.ok', { url: local.httpUrl })];
  } catch (error) {
    return [found('http.unreachable', { url: local.httpUrl, why: reasonOf(error) })];
  }
}

export async function checkPublic({ origin, local }: Patient): Promise<Finding[]> {
  let page: Answer;
  try {
    page = await get(`${origin}/`);
  } catch (error) {
    return [found('public.unreachable', { origin, why: reasonOf(error) })];
  }
  const keys = await tokenKeys(origin);
  if (page.status === 503 && keys !== null)
    return [found('public.notBuilt', { origin }), ...(await checkReadiness(origin))];
  if (page.status !== 200) return [found('public.status', { origin, status: page.status })];
  if (keys === null) return [found('public.notConclave', { origin })];
  if (local !== null && local.httpUrl !== origin) {
    const own = await tokenKeys(local.httpUrl);
    if (own !== null && own !== keys) return [found('public.other', { origin })];
  }
  return [found('public.ok', { origin, ms: page.gotAtMs - page.sentAtMs }), ...(await checkReadiness(origin))];
}

async function checkReadiness(origin: string): Promise<Finding[]> {
  const answer = await get(`${origin}/readyz`).catch(() => null);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Readiness), answer?.text);
  // A proxy may keep it inside.
  if (!parsed.success) return [];
  const { isDraining, hasWorker } = parsed.output;
  if (isDraining) return [found('ready.draining')];
  return [found(hasWorker ? 'ready.ok' : 'ready.noWorker')];
}

export async function checkCertificate({ origin }: Patient): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== 'https:') return [found('tls.none', { origin })];
  const host = hostname.replace(/^\[|\]$/g, '');
  try {
    const { certificate, why } = await certificateOf(host, Number(port || 443));
    return [judgeCertificate(host, certificate, why, Date.now())];
  } catch (error) {
    return [found('tls.unreachable', { origin, why: reasonOf(error) })];
  }
}

/** @param why what the chain was refused for, or null */
export function judgeCertificate(
  host: string,
  certificate: PeerCertificate,
  why: string | null,
  nowMs: number,
): Finding {
  const days = Math.floor((Date.parse(certificate.valid_to) - nowMs) / DAY_MS);
  const values = { host, days, until: new Date(certificate.valid_to).toISOString().slice(0, 10) };
  if (Date.parse(certificate.valid_to) < nowMs) return found('tls.expired', values);
  if (Date.parse(certificate.valid_from) > nowMs) return found('tls.early', values);
  if (checkServerIdentity(host, certificate) !== undefined) {
    return found('tls.hostname', { host, names: certificate.subjectaltname ?? '' });
  }
  if (why !== null) return found('tls.untrusted', { host, why });
  return found(days < SOON_DAYS ? 'tls.soon' : 'tls.ok', values);
}

/** Takes whatever certificate it is shown, since it is to be looked at; nothing is sent over it. */
function certificateOf(host: string, port: number): Promise<{ certificate: PeerCertificate; why: string | null }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...serverName(host), rejectUnauthorized: false });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      // Typed as an Error, and a string since Node 0.
      const refused = socket.authorizationError as unknown as string | null;
      socket.destroy();
      resolve({ certificate, why: socket.authorized ? null : String(refused) });
    });
  });
}
