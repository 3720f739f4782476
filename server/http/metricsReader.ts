// Who may read /metrics: counts only, and yet they say when people meet.
import { ProtocolError } from '#protocol/errors';
import { equalInConstantTime } from '../util/secrets.ts';

/** What any proxy in front adds: what comes through one comes from elsewhere, whatever its socket says. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'via'];

/** The part of a request that says who asks. */
interface MetricsRequest {
  get(header: string): string | undefined;
  socket: { remoteAddress?: string | undefined; localAddress?: string | undefined };
}

/** @throws ProtocolError `unauthorized` (a token is set, and not shown), `forbidden` (none is, and it is another machine that asks) */
export function requireReader(request: MetricsRequest, token: string | undefined): void {
  if (token !== undefined) {
    if (equalInConstantTime(request.get('authorization') ?? '', `Bearer ${token}`)) return;
    throw new ProtocolError('unauthorized', 'METRICS_TOKEN is asked for');
  }
  const isForwarded = PROXY_HEADERS.some((name) => request.get(name) !== undefined);
  if (isForwarded || !isSameMachine(request.socket))
    throw new ProtocolError('forbidden', 'read from this machine only');
}

/** By the loopback interface, or by an address that is its own. */
function isSameMachine({ remoteAddress, localAddress }: MetricsRequest['socket']): boolean {
  return (
    remoteAddress !== undefined && (/^(?:::ffff:)?127\.|^::1$/.test(remoteAddress) || remoteAddress === localAddress)
  );
}
