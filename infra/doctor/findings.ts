// What the doctor can find from outside, how bad each is, and the shape in which findings are reported.
import { SERVER_FINDINGS, type FindingValues, type Level, type ServerFindingCode } from '#protocol/admin';

export const OUTSIDE_FINDINGS = {
  'settings.ok': 'ok',
  'settings.wrong': 'broken',
  'announced.unresolved': 'broken',
  'worker.ok': 'ok',
  'worker.missing': 'broken',
  'worker.notOne': 'broken',
  'http.ok': 'ok',
  'http.unreachable': 'broken',
  'public.ok': 'ok',
  'public.unreachable': 'broken',
  'public.notBuilt': 'broken',
  'public.status': 'broken',
  'public.other': 'broken',
  'public.notConclave': 'broken',
  'ready.ok': 'ok',
  'ready.draining': 'warning',
  'ready.noWorker': 'broken',
  'tls.ok': 'ok',
  'tls.none': 'ok',
  'tls.soon': 'warning',
  'tls.expired': 'broken',
  'tls.early': 'broken',
  'tls.hostname': 'broken',
  'tls.untrusted': 'broken',
  'tls.unreachable': 'broken',
  'clock.ok': 'ok',
  'clock.off': 'warning',
  'clock.wrong': 'broken',
  'ntp.ok': 'ok',
  'ntp.off': 'warning',
  'ntp.unknown': 'ok',
  'admin.off': 'ok',
  'admin.ok': 'ok',
  'admin.refused': 'warning',
  'admin.plain': 'ok',
  'trust.ok': 'ok',
  'trust.low': 'broken',
  'trust.high': 'broken',
  'door.ok': 'ok',
  'door.closed': 'ok',
  'door.api': 'broken',
  'door.token': 'broken',
  'door.socket': 'broken',
  'door.join': 'broken',
  'media.ok': 'ok',
  'media.closed': 'broken',
  'media.unseen': 'ok',
  'call.ok': 'ok',
  'call.room': 'broken',
  'call.place': 'broken',
  'call.ice': 'broken',
  'call.dtls': 'broken',
  'call.media': 'broken',
  'call.sealed': 'broken',
  'estimation.ok': 'ok',
  'estimation.none': 'broken',
  'turn.none': 'warning',
  'turn.local': 'ok',
  'turn.ok': 'ok',
  'turn.refused': 'broken',
  'turn.failed': 'broken',
  'turn.silent': 'broken',
  'doctor.late': 'broken',
  'doctor.failed': 'broken',
} as const satisfies Record<string, Level>;

export type OutsideCode = keyof typeof OUTSIDE_FINDINGS;
export type FindingCode = OutsideCode | ServerFindingCode;

export interface Finding {
  code: FindingCode;
  values: FindingValues;
}

export const found = (code: FindingCode, values: FindingValues = {}): Finding => ({ code, values });

export const levelOf = (code: FindingCode): Level => ({ ...SERVER_FINDINGS, ...OUTSIDE_FINDINGS })[code];
