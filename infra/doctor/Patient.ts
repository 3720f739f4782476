// Whom the doctor looks at: a server from outside by its address alone, or one whose settings lie here.
import type { Config } from '../../server/config/env.ts';

export interface Patient {
  /** As people open it. */
  origin: string;
  /** Absent from outside. */
  local: { config: Config; httpUrl: string } | null;
  adminToken: string | undefined;
}

/** Where the settings let this machine itself reach the server, whatever stands in front. */
export function httpUrlOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const own = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}
